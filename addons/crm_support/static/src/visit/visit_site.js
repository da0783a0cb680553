import { Component, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { SignatureDialog } from "@web/core/signature/signature_dialog";
import { Mutex } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** The longest side of a photo that is sent: enough for paper, and short on a slow line. */
const LONGEST_SIDE = 1600;
const POSITION_OPTIONS = { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 };

/** Where the browser is, or why it does not say. */
export function askPosition() {
    if (!browser.navigator.geolocation) {
        return Promise.resolve({ problem: "unknown" });
    }
    return new Promise((resolve) => {
        browser.navigator.geolocation.getCurrentPosition(
            ({ coords }) =>
                resolve({ latitude: coords.latitude, longitude: coords.longitude, accuracy: coords.accuracy }),
            (error) => resolve({ problem: error.code === 1 ? "refused" : "unknown" }),
            POSITION_OPTIONS
        );
    });
}

function readFile(file) {
    return new Promise((resolve, reject) => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result);
        reader.onerror = reject;
        reader.readAsDataURL(file);
    });
}

/** The photo as base64, made smaller where the browser can. */
export async function readPhoto(file) {
    let url;
    try {
        const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
        const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
        const canvas = document.createElement("canvas");
        canvas.width = Math.round(bitmap.width * scale);
        canvas.height = Math.round(bitmap.height * scale);
        canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
        url = canvas.toDataURL("image/jpeg", 0.85);
    } catch {
        url = await readFile(file); // the server says what is wrong with it
    }
    return url.split(",")[1] || "";
}

/** What is done on site, on a phone: on the way, check in, worksheet, photos, signature, check out. */
export class VisitSite extends Component {
    static template = "crm_support.VisitSite";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.mutex = new Mutex();
        this.drafts = {};
        this.state = useState({ site: null, busy: false });
        useRecordObserver(async (record) => {
            // read, so that a step taken elsewhere shows here
            const { resId, data } = record;
            if (resId && data.state) {
                this.state.site = await this.orm.call("crm.visit", "get_site", [[resId]]);
            }
        });
    }

    get id() {
        return this.props.record.resId;
    }

    /** Do one thing after the other, however fast somebody types; the buttons wait for what is under way. */
    run(work) {
        return this.mutex.exec(async () => {
            this.state.busy = true;
            try {
                await work();
            } finally {
                this.state.busy = false;
            }
        });
    }

    async call(method, args = []) {
        this.state.site = await this.orm.call("crm.visit", method, [[this.id], ...args]);
    }

    /** Take a step of the visit; the form shows what became of it. */
    step(method, { position = false } = {}) {
        return this.run(async () => {
            if (!(await this.props.record.save())) {
                return;
            }
            const args = [];
            if (position && this.state.site.asks_position) {
                const place = await askPosition();
                if (place.problem) {
                    this.notification.add(
                        place.problem === "refused"
                            ? _t("Noted without a position: your browser may not tell it.")
                            : _t("Noted without a position: it was not found."),
                        { type: "info" }
                    );
                }
                args.push(place);
            }
            await this.orm.call("crm.visit", method, [[this.id], ...args]);
            await this.reload();
        });
    }

    async reload() {
        await this.props.record.load();
        await this.call("get_site");
    }

    /** What is being typed stays, however late the answer about another field comes. */
    keepDraft(key, text) {
        this.drafts[key] = text;
    }

    getText(key, saved) {
        return this.drafts[key] ?? saved;
    }

    forgetDraft(key, text) {
        if (this.drafts[key] === text) {
            delete this.drafts[key];
        }
    }

    answer(question, value) {
        return this.run(async () => {
            try {
                const site = await this.orm.call("crm.visit", "save_answer", [[this.id], question.id, value]);
                this.forgetDraft(question.id, value);
                this.state.site = site;
            } catch (error) {
                this.forgetDraft(question.id, value);
                await this.call("get_site");
                throw error;
            }
        });
    }

    saveResult(values) {
        return this.run(async () => {
            const site = await this.orm.call("crm.visit", "save_result", [[this.id], values]);
            Object.entries(values).forEach(([key, text]) => this.forgetDraft(key, text));
            this.state.site = site;
        });
    }

    addPhotos(ev, questionId = false) {
        const files = [...ev.target.files];
        ev.target.value = "";
        return this.run(async () => {
            for (const file of files) {
                await this.call("add_photo", [await readPhoto(file), file.name, questionId]);
            }
        });
    }

    removePhoto(photo) {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Remove the photo?"),
            body: _t("It is not kept anywhere else."),
            confirmLabel: _t("Remove"),
            confirm: () => this.run(() => this.call("remove_photo", [photo.id])),
            cancel: () => {},
        });
    }

    sign() {
        this.dialog.add(SignatureDialog, {
            defaultName: this.state.site.signer,
            nameAndSignatureProps: { displaySignatureRatio: 2.5, mode: "draw" },
            uploadSignature: ({ name, signatureImage }) =>
                this.run(async () => {
                    await this.orm.call("crm.visit", "action_sign", [[this.id], name, signatureImage.split(",")[1]]);
                    await this.reload();
                }),
        });
    }
}

registry.category("view_widgets").add("crm_visit_site", { component: VisitSite });
