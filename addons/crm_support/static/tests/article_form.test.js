import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { contains, defineModels, fields, models, mountView, onRpc, serverState } from "@web/../tests/web_test_helpers";

const NOW = "<p>Turn the valve.</p>";
const BEFORE = "<p>Press the button.</p>";
const REVISION = { revision_id: 1, create_date: "2026-01-05T10:00:00", create_uid: 2, create_user_name: "Aya" };

class Article extends models.Model {
    _name = "crm.article";

    body = fields.Html();
    create_uid = fields.Many2one({ relation: "res.users" });
    html_field_history_metadata = fields.Json();

    _records = [
        { id: 1, body: NOW, create_uid: serverState.userId, html_field_history_metadata: { body: [REVISION] } },
        { id: 2, body: NOW, create_uid: serverState.userId, html_field_history_metadata: false },
    ];
    _views = {
        form: `<form js_class="crm_article_form"><field name="html_field_history_metadata" invisible="1"/><field name="body"/></form>`,
    };
}

defineMailModels();
defineModels([Article]);

/** Open an article's form; steps say what was written. */
async function openArticle({ resId = 1, canWrite = true } = {}) {
    onRpc("crm.article", "has_access", ({ args }) => {
        expect(args).toEqual([[resId], "write"]);
        return canWrite;
    });
    onRpc("crm.article", "html_field_history_get_content_at_revision", () => BEFORE);
    onRpc("crm.article", "html_field_history_get_comparison_at_revision", () => "<p><added>Press the button.</added></p>");
    onRpc("crm.article", "web_save", ({ args }) => expect.step(args[1].body));
    await mountView({ type: "form", resModel: "crm.article", resId, actionMenus: {} });
    await contains(".o_cp_action_menus .dropdown-toggle").click();
}

const ITEM = ".o-dropdown--menu .o_menu_item:contains(Version History)";
const EARLIER = ".html-history-dialog .revision-list a:nth-child(2)";
const RESTORE = ".html-history-dialog-container .modal-footer .btn-primary";

test("an earlier version is compared, and restored after a question", async () => {
    await openArticle();
    await contains(ITEM).click();
    await contains(EARLIER).click();
    expect(".history-content-view .history-view-inner").toHaveText("Press the button.");
    await contains(".history-content-view .btn-secondary").click();
    expect(".history-comparison-view added").toHaveText("Press the button.");
    await contains(RESTORE).click();
    expect.verifySteps([]);
    await contains(".modal:contains(Restore this version?) .btn-primary").click();
    expect.verifySteps([BEFORE]);
    expect(".html-history-dialog").toHaveCount(0);
    expect(".o_field_html[name=body]").toHaveText("Press the button.");
});

test("who may not write the article compares versions and restores none", async () => {
    await openArticle({ canWrite: false });
    await contains(ITEM).click();
    await contains(EARLIER).click();
    expect(".history-content-view .history-view-inner").toHaveText("Press the button.");
    expect(RESTORE).toHaveCount(0);
});

test("an article that was written once has no versions to show", async () => {
    await openArticle({ resId: 2 });
    expect(".o-dropdown--menu .o_menu_item:contains(Duplicate)").toHaveCount(1);
    expect(ITEM).toHaveCount(0);
});
