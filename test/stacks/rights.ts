/** What each function may do, read from its role. */
import { functions, named, ofType } from "./checks.ts";
import type { Inputs, Recording } from "./record.ts";

/** The deploy tool never looks whether a handler's file and export exist. */
export const handlers = ({ builds }: Recording) => builds.flatMap(({ problem }) => problem ?? []);

type Statement = { actions: string[]; resources: string[]; effect?: string };

/** `action on resource` for each function, with the stage's names taken out. */
export function rights(recording: Recording): Record<string, string[]> {
  const arns = {
    [`table/${named(recording, "dynamodb/table", "RecordsTable").name}`]: "table",
    [`:${named(recording, "sqs/queue", "JobQueueQueue").name}`]: ":jobs",
    [`:${named(recording, "sqs/queue", "DeadJobsQueue").name}`]: ":letters",
  };
  return Object.fromEntries(
    functions(recording).map(({ name, role, fn }) => {
      const own = { ...arns, [`log-group:${fn.loggingConfig?.logGroup}`]: "own-log" };
      const short = (resource: string) =>
        Object.entries(own)
          .reduce((text, [long, label]) => text.replace(long, label), resource)
          .replace(/^arn:aws:[a-z-]+:us-east-1:123456789012:/, "");
      const statements = (role?.inputs.inlinePolicies ?? []).flatMap(
        ({ policy }: { policy: string }) => JSON.parse(policy).Statement as Statement[],
      );
      const given = statements.flatMap(({ actions, resources, effect }: Statement) =>
        actions.flatMap((action) =>
          resources.map((resource) => `${effect === "Allow" ? "" : `${effect} `}${action} on ${short(resource)}`),
        ),
      );
      return [name, [...given, ...(role?.inputs.managedPolicyArns ?? ["no role found"])].sort()];
    }),
  );
}

/** Functions whose rights are not exactly the allowed ones, each with what is too much and what is missing. */
export function differing(recording: Recording, allowed: Record<string, string[]>): string[] {
  const given = rights(recording);
  return [...new Set([...Object.keys(given), ...Object.keys(allowed)])].flatMap((name) => {
    const has = given[name] ?? [];
    const may = allowed[name] ?? [];
    const more = has.filter((right) => !may.includes(right)).map((right) => `${name} may also: ${right}`);
    const less = may.filter((right) => !has.includes(right)).map((right) => `${name} may not: ${right}`);
    return [...more, ...less];
  });
}

/** Rights and links that a handler's code has no use for, and those it would miss. */
export function unused(recording: Recording): string[] {
  const given = rights(recording);
  return recording.builds.flatMap(({ name, uses, reads, links }) => {
    if (!uses || !reads) return [];
    const has = (given[name] ?? []).filter((right) => /^(dynamodb:|sqs:SendMessage|execute-api:)/.test(right));
    const idle = has.filter((right) => !uses.includes(right)).map((right) => `${name} never needs: ${right}`);
    const refused = uses.filter((right) => !has.includes(right)).map((right) => `${name} would be refused: ${right}`);
    const unread = links.filter((link) => !reads.includes(link)).map((link) => `${name} never reads: ${link}`);
    const unlinked = reads.filter((link) => !links.includes(link)).map((link) => `${name} has no link: ${link}`);
    return [...idle, ...refused, ...unread, ...unlinked];
  });
}

/** Whole-service actions, bare resources, whole-service managed policies, and roles that anyone but an AWS service may take. */
export function wildcards(recording: Recording): string[] {
  return ofType(recording, "iam/role").flatMap(({ name, inputs }) => {
    const policies: { policy: string }[] = inputs.inlinePolicies ?? [];
    const statements = policies.flatMap(({ policy }) => JSON.parse(policy).Statement as Statement[]);
    const broad = statements.flatMap(({ actions, resources }) => [
      ...actions.filter((action) => action.includes("*")),
      ...resources.filter(
        (resource) => resource === "*" || (/:\*$/.test(resource) && !resource.includes(":log-group:")),
      ),
    ]);
    const trust =
      typeof inputs.assumeRolePolicy === "string" ? JSON.parse(inputs.assumeRolePolicy) : inputs.assumeRolePolicy;
    const takers = trust.Statement.flatMap((statement: Inputs) =>
      Object.keys(statement.Principal ?? { unknown: 1 }).filter((kind) => kind !== "Service"),
    );
    return [
      ...broad.map((text) => `${name} grants ${text}`),
      ...takers.map((taker: string) => `${name} may be taken by ${taker}`),
    ];
  });
}

/** Links must be names alone: linking a table, queue or gateway grants all of it. */
export const links = ({ builds }: Recording) => Object.fromEntries(builds.map(({ name, links }) => [name, links]));
