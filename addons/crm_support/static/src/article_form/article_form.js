import { markup } from "@odoo/owl";
import { HistoryDialog } from "@html_editor/components/history_dialog/history_dialog";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

const TEXT = "body";

/** The versions of an article: who may not write it compares, and restores nothing. */
export class ArticleHistoryDialog extends HistoryDialog {
    static template = "crm_support.ArticleHistoryDialog";
    static props = { ...HistoryDialog.props, canRestore: Boolean };

    /** Measure once the dialog is there: the page is watched from before that. */
    resize() {
        if (document.querySelector(".html-history-dialog-container")) {
            super.resize();
        }
    }
}

export class ArticleFormController extends FormController {
    getStaticActionMenuItems() {
        return {
            ...super.getStaticActionMenuItems(),
            versions: {
                isAvailable: () => this.versions.length > 0,
                sequence: 15,
                icon: "fa fa-history",
                description: _t("Version History"),
                callback: () => this.openVersions(),
            },
        };
    }

    get versions() {
        return this.model.root.data.html_field_history_metadata?.[TEXT] || [];
    }

    /** Show the versions; what is being written becomes one first, so that restoring loses nothing. */
    async openVersions() {
        const record = this.model.root;
        if ((await record.isDirty()) && !(await record.save())) {
            return;
        }
        const canRestore = await this.orm.call(record.resModel, "has_access", [[record.resId], "write"]);
        this.dialogService.add(ArticleHistoryDialog, {
            title: _t("Versions of the Article"),
            noContentHelper: markup`<span class="text-muted fst-italic">${_t("There was no text then.")}</span>`,
            recordId: record.resId,
            recordModel: record.resModel,
            versionedFieldName: TEXT,
            historyMetadata: this.versions,
            canRestore,
            restoreRequested: (html, close) => this.askToRestore(html, close),
        });
    }

    askToRestore(html, close) {
        this.dialogService.add(ConfirmationDialog, {
            title: _t("Restore this version?"),
            body: _t("It replaces the text of the article, for readers as well. The text of now stays among the versions."),
            confirmLabel: _t("Restore"),
            confirm: async () => {
                await this.restore(html);
                close();
            },
            cancel: () => {},
        });
    }

    async restore(html) {
        const record = this.model.root;
        await record.update({ [TEXT]: html });
        await record.save();
    }
}

registry.category("views").add("crm_article_form", { ...formView, Controller: ArticleFormController });
