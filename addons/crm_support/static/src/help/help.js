// Counts that an article was read, or that nothing was found; the page does without it.
const told = new FormData();
const { views, missed } = document.body.dataset;
if (views) {
    told.set("kind", "views");
    told.set("slugs", views);
} else if (missed) {
    told.set("kind", "missed");
    told.set("q", missed);
}
if (told.has("kind") && navigator.sendBeacon) {
    navigator.sendBeacon("/help/note", told);
}
