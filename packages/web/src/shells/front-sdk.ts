/** What Front's shell uses of Front's SDK: a seventh of the file that Front publishes for browsers. */
export { contextUpdates } from "@frontapp/plugin-sdk";
