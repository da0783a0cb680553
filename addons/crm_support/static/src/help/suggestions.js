// Suggests articles beside the subject that somebody is writing. The form does without it.
const PAUSE = 400;
const SHORTEST = 4;

function note(kind, values) {
    const told = new FormData();
    told.set("kind", kind);
    for (const [name, value] of Object.entries(values)) {
        told.set(name, value);
    }
    navigator.sendBeacon?.("/help/note", told);
}

class Suggestions {
    constructor(box, field) {
        this.box = box;
        this.field = field;
        this.list = box.querySelector("ul");
        this.shown = new Set();
        this.opened = new Set();
        this.asked = "";
        this.found = 0;
        field.addEventListener("input", () => this.wait());
        field.addEventListener("change", () => this.tellMissed());
        field.form?.addEventListener("submit", () => this.tellSent());
    }

    wait() {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.ask(), PAUSE);
    }

    async ask() {
        const text = this.field.value.trim();
        if (text === this.asked) {
            return;
        }
        this.asked = text;
        if (text.length < SHORTEST) {
            this.show([]);
            return;
        }
        const query = new URLSearchParams({ q: text, lang: this.box.dataset.lang || "" });
        try {
            const response = await fetch(`/help/suggest?${query}`);
            const articles = response.ok ? await response.json() : [];
            // an answer that comes late is not to what is in the field now
            if (text === this.asked) {
                this.show(articles);
            }
        } catch {
            this.show([]);
        }
    }

    show(articles) {
        this.found = articles.length;
        this.list.replaceChildren(...articles.map((article) => this.makeLine(article)));
        this.box.hidden = !articles.length;
        const fresh = articles.map((article) => article.slug).filter((slug) => !this.shown.has(slug));
        fresh.forEach((slug) => this.shown.add(slug));
        if (fresh.length) {
            note("shown", { slugs: fresh.join(",") });
        }
    }

    makeLine(article) {
        const line = document.createElement("li");
        const link = document.createElement("a");
        link.href = article.url;
        link.target = "_blank";
        link.rel = "noopener";
        link.lang = article.lang;
        link.textContent = article.title;
        link.title = this.box.querySelector(".o_crm_suggestions_hint").textContent;
        link.addEventListener("click", () => {
            if (!this.opened.has(article.slug)) {
                this.opened.add(article.slug);
                note("opened", { slugs: article.slug });
            }
        });
        line.append(link);
        return line;
    }

    tellMissed() {
        if (this.asked.length >= SHORTEST && !this.found && this.asked === this.field.value.trim()) {
            note("missed", { q: this.asked });
        }
    }

    tellSent() {
        if (this.opened.size) {
            note("sent", { slugs: [...this.opened].join(",") });
            this.opened.clear();
        }
    }
}

for (const box of document.querySelectorAll(".o_crm_suggestions")) {
    const field = document.getElementById(box.dataset.for);
    if (field && !box.dataset.ready) {
        box.dataset.ready = "1";
        new Suggestions(box, field);
    }
}
