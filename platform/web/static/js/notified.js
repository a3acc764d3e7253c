// The service worker's part for notifications: shows what was pushed, and opens the report.

self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data?.json() ?? {};
  } catch {
    // what isn't ours is shown without words: browsers insist that something is shown
  }
  event.waitUntil(self.registration.showNotification(said.title ?? "Aduan", {
    body: said.body ?? "",
    tag: said.tag,
    data: { url: said.url ?? "/" },
    icon: "/icon-192.png",
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const address = new URL(event.notification.data?.url ?? "/", self.location.origin);
  event.waitUntil((async () => {
    for (const client of await self.clients.matchAll({ type: "window", includeUncontrolled: true })) {
      if (client.url === address.href) return client.focus();
    }
    return self.clients.openWindow(address.href);
  })());
});
