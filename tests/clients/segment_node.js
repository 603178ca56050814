// Sends with @segment/analytics-node: URL, write key and how many events.
import { Analytics } from "@segment/analytics-node";

const [url, key, count] = process.argv.slice(2);
const start = Date.UTC(2026, 0, 1);
const analytics = new Analytics({ writeKey: key, host: url, maxRetries: 20, flushAt: 100 });

analytics.identify({
  userId: "u1",
  traits: { email: "u1@acme.example", name: "Ana Vidal" },
  timestamp: new Date(start),
});
analytics.group({
  userId: "u1",
  groupId: "acct-1",
  traits: { name: "Acme Inc" },
  timestamp: new Date(start),
});
for (let number = 0; number < Number(count); number += 1) {
  analytics.track({
    userId: `u${number % 100}`,
    event: "Exported",
    properties: { number },
    context: { groupId: `acct-${number % 10}` },
    timestamp: new Date(start + number * 1000),
  });
}
await analytics.closeAndFlush();
