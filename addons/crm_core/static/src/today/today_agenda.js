import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";

const KEPT = "crm_today_skipped";

/**
 * The items of a day and the one somebody is at: what was skipped stands at the end for this session, what is being saved is gone
 * until the server says otherwise.
 *
 * @param {{key: string}} [kept] where somebody was before
 */
export function makeAgenda({ key = "" } = {}) {
    return {
        page: null,
        key,
        place: 0,
        leaving: new Set(),
        skipped: readSkipped(),

        get items() {
            const here = this.page.items.filter((item) => !this.leaving.has(item.key));
            const isSkipped = (item) => this.page.is_own && this.skipped.includes(item.key);
            const skipped = here.filter(isSkipped).map((item) => ({ ...item, section: "skipped" }));
            const order = (item) => this.skipped.indexOf(item.key);
            return [
                ...here.filter((item) => !isSkipped(item)),
                ...skipped.sort((one, other) => order(one) - order(other)),
            ];
        },

        get current() {
            return this.page && (this.items.find((item) => item.key === this.key) || this.items[0]);
        },

        get number() {
            return this.items.findIndex((item) => item.key === this.current?.key) + 1;
        },

        /** Show a page; who was at an item stays there, or at its place when it is gone. */
        show(page) {
            this.page = page;
            const { items } = this;
            if (!items.some((item) => item.key === this.key)) {
                this.key = items[Math.min(this.place, items.length - 1)]?.key || "";
            }
            this.place = Math.max(0, this.number - 1);
        },

        move(step) {
            const { items } = this;
            if (items.length) {
                this.place = (this.number - 1 + step + items.length) % items.length;
                this.key = items[this.place].key;
            }
        },

        skip(item) {
            const index = this.number - 1;
            this.skipped = [...this.skipped.filter((key) => key !== item.key), item.key];
            browser.sessionStorage.setItem(getName(), JSON.stringify(this.skipped));
            this.place = index;
            this.key = this.items[index]?.key || this.items[0].key;
        },

        leave(item) {
            this.place = Math.max(0, this.number - 1);
            this.leaving.add(item.key);
            this.key = this.items[Math.min(this.place, this.items.length - 1)]?.key || "";
        },

        comeBack(item) {
            this.leaving.delete(item.key);
            this.key = item.key;
        },

        forget(item) {
            this.leaving.delete(item.key);
        },
    };
}

function getName() {
    return `${KEPT}_${user.userId}`;
}

function readSkipped() {
    try {
        const kept = JSON.parse(browser.sessionStorage.getItem(getName()) || "[]");
        return Array.isArray(kept) ? kept : [];
    } catch {
        return [];
    }
}
