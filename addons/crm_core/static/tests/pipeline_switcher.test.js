import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { animationFrame, queryAllTexts } from "@odoo/hoot-dom";
import { contains, defineModels, fields, mockService, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

class Lead extends models.Model {
    _name = "crm.lead";

    name = fields.Char();

    _records = [{ id: 1, name: "Cold room" }];
}

defineMailModels();
defineModels([Lead]);

const entries = [
    { id: 1, name: "Direct sales", color: 0 },
    { id: 2, name: "Maintenance", color: 0 },
];

function mountDeals(type, arch, context, resId) {
    return mountView({ resModel: "crm.lead", type, arch, context, resId });
}

const boardContext = { default_pipeline_id: 1, crm_pipeline_switch: "action_open_board" };

test("the switcher offers the pipelines and opens the chosen one in the same view", async () => {
    onRpc("crm.pipeline", "get_switcher_entries", () => entries);
    onRpc("crm.pipeline", "action_open_board", ({ args }) => {
        expect.step(`open ${args[0]}`);
        return { type: "ir.actions.act_window" };
    });
    mockService("action", {
        doAction(_action, options) {
            expect.step(`${options.viewType}, breadcrumbs cleared: ${options.clearBreadcrumbs}`);
        },
    });
    await mountDeals("list", `<list><field name="name"/></list>`, boardContext);
    await contains(".o_crm_pipeline_switcher").click();
    expect(queryAllTexts(".o-dropdown-item")).toEqual(["Direct sales", "Maintenance"]);
    expect(".o-dropdown-item.selected").toHaveText("Direct sales");
    await contains(".o-dropdown-item:contains(Maintenance)").click();
    await animationFrame();
    expect.verifySteps(["open 2", "list, breadcrumbs cleared: true"]);
});

test("choosing the pipeline that is shown does nothing", async () => {
    onRpc("crm.pipeline", "get_switcher_entries", () => entries);
    onRpc("crm.pipeline", "action_open_board", () => expect.step("opened"));
    await mountDeals("list", `<list><field name="name"/></list>`, boardContext);
    await contains(".o_crm_pipeline_switcher").click();
    await contains(".o-dropdown-item:contains(Direct sales)").click();
    expect.verifySteps([]);
});

test("with a single pipeline there is nothing to switch", async () => {
    onRpc("crm.pipeline", "get_switcher_entries", () => entries.slice(0, 1));
    await mountDeals("list", `<list><field name="name"/></list>`, boardContext);
    expect(".o_crm_pipeline_switcher").toHaveCount(0);
});

test("a deal's own form shows no switcher, although it was opened from a board", async () => {
    onRpc("crm.pipeline", "get_switcher_entries", () => expect.step("asked"));
    await mountDeals("form", `<form><field name="name"/></form>`, boardContext, 1);
    expect(".o_form_view").toHaveCount(1);
    expect(".o_crm_pipeline_switcher").toHaveCount(0);
    expect.verifySteps([]);
});

test("deals that are not shown by pipeline have no switcher", async () => {
    onRpc("crm.pipeline", "get_switcher_entries", () => expect.step("asked"));
    await mountDeals("list", `<list><field name="name"/></list>`, {});
    expect(".o_crm_pipeline_switcher").toHaveCount(0);
    expect.verifySteps([]);
});
