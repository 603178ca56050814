// Sends with one of the SDKs for Node: its name, and a file that lists what to send where.
import { readFileSync } from "node:fs";

const START = Date.UTC(2026, 0, 1);
const [sdk, list] = process.argv.slice(2);

function specialOf(cell) {
  const properties = { cell: cell.name };
  if (cell.special === "large") return { ...properties, text: "x".repeat(40_000) };
  if (cell.special === "bad") {
    for (let number = 0; number < 300; number += 1) properties[`k${number}`] = number;
    return properties;
  }
  return null;
}

function* eventsOf(cell) {
  for (let number = 0; number < cell.events; number += 1) {
    const said = {
      person: `${cell.name}-u${number % 10}`,
      account: `${cell.name}-a${number % 5}`,
      at: new Date(START + number * 1000),
    };
    const special = number === Math.floor(cell.events / 2) ? specialOf(cell) : null;
    if (special) yield { ...said, event: "Special", properties: special };
    yield { ...said, event: "Exported", properties: { cell: cell.name, number } };
  }
}

const senders = {
  async segment(cell) {
    const { Analytics } = await import("@segment/analytics-node");
    const client = new Analytics({
      writeKey: cell.key,
      host: cell.url,
      maxRetries: 20,
      flushAt: 50,
      flushInterval: 300,
    });
    client.on("error", () => {});
    for (const { person, account, at, event, properties } of eventsOf(cell)) {
      try {
        client.track({
          userId: person,
          event,
          properties,
          context: { groupId: account },
          timestamp: at,
        });
      } catch (error) {
        if (event !== "Special") throw error;
      }
    }
    await client.closeAndFlush({ timeout: 60_000 });
  },
  async rudder(cell) {
    const { default: found } = await import("@rudderstack/rudder-sdk-node");
    const Client = found.default ?? found;
    const client = new Client(cell.key, {
      dataPlaneUrl: cell.url,
      flushAt: 50,
      flushInterval: 300,
      retryCount: 8,
      logLevel: "error",
    });
    for (const { person, account, at, event, properties } of eventsOf(cell)) {
      client.track({
        userId: person,
        event,
        properties,
        context: { groupId: account },
        originalTimestamp: at,
      });
    }
    await client.flush();
    await new Promise((resolve) => setTimeout(resolve, 4000));
    await client.flush();
  },
  async posthog(cell) {
    const { PostHog } = await import("posthog-node");
    const client = new PostHog(cell.key, {
      host: cell.url,
      flushAt: 50,
      flushInterval: 300,
      fetchRetryCount: 8,
      fetchRetryDelay: 500,
    });
    for (const { person, account, at, event, properties } of eventsOf(cell)) {
      client.capture({
        distinctId: person,
        event,
        properties,
        groups: { company: account },
        timestamp: at,
      });
    }
    await client.shutdown(60_000);
  },
};

await Promise.all(JSON.parse(readFileSync(list, "utf8")).map(senders[sdk]));
process.exit(0);
