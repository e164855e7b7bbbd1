/** On what a figure was measured: without that it says little. */
import { cpus, loadavg, totalmem } from "node:os";

export type Machine = ReturnType<typeof machine>;
export const machine = () => ({
  processor: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  /** Above the number of cores, times say little. */
  load: Math.round(loadavg()[0]! * 10) / 10,
  at: new Date().toISOString().slice(0, 10),
});
export const onMachine = ({ processor, cores, memoryGb, node, load, at }: Machine) =>
  `${processor}, ${cores} cores, ${memoryGb} GB, Node ${node}, load ${load}, ${at}`;
