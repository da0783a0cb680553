import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { getElapsed } from "./call_stopwatch_field";

/** What to say while calling: one step after the other, as the answers lead. */
export class CallScriptField extends Component {
    static template = "crm_core.CallScriptField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ scripts: [], steps: [], stepId: false, trail: [] });
        onWillStart(async () => {
            const { res_model } = this.record.data;
            if (res_model) {
                this.state.scripts = await this.orm.call("crm.call.script", "get_choices", [res_model]);
            }
            if (this.scriptId) {
                await this.choose(this.scriptId);
            }
        });
    }

    get record() {
        return this.props.record;
    }

    /** The number of the record that is called. */
    get callee() {
        const { res_id } = this.record.data;
        return res_id?.resId || res_id;
    }

    /** The script that was chosen before the dialog opened, or is by now. */
    get scriptId() {
        return this.record.data[this.props.name]?.id || 0;
    }

    get step() {
        return this.state.steps.find((step) => step.id === this.state.stepId);
    }

    /** @param {string} value of the list of scripts */
    async choose(value) {
        const id = Number(value);
        const script = this.state.scripts.find((one) => one.id === id);
        this.state.trail = [];
        this.state.steps = script
            ? await this.orm.call("crm.call.script", "get_steps", [[id], this.callee])
            : [];
        this.state.stepId = this.state.steps[0]?.id || false;
        await this.record.update({
            [this.props.name]: script ? { id, display_name: script.name } : false,
            chosen_answers: "",
        });
    }

    /** @param {Object|null} answer none where a step asks nothing */
    async answer(answer) {
        const { step } = this;
        this.state.trail.push({
            stepId: step.id,
            answerId: answer?.id,
            outcomeId: answer?.outcome && answer.outcome[0],
            before: this.record.data.outcome_id,
        });
        this.state.stepId = (answer || step).next_id;
        const values = { chosen_answers: this.chosen };
        if (answer?.outcome) {
            const [id, display_name] = answer.outcome;
            values.outcome_id = { id, display_name };
            const elapsed = getElapsed(this.record);
            if (elapsed) {
                values.duration = Math.round(elapsed * 60) / 60;
            }
        }
        await this.record.update(values);
    }

    /** Take an answer back, and the outcome that it had chosen. */
    async back() {
        const { stepId, outcomeId, before } = this.state.trail.pop();
        this.state.stepId = stepId;
        const values = { chosen_answers: this.chosen };
        if (outcomeId && this.record.data.outcome_id?.id === outcomeId) {
            values.outcome_id = before;
        }
        await this.record.update(values);
    }

    get chosen() {
        return this.state.trail
            .map(({ answerId }) => answerId)
            .filter(Boolean)
            .join(",");
    }
}

registry.category("fields").add("crm_call_script", {
    component: CallScriptField,
    displayName: _t("Call Script"),
    supportedTypes: ["many2one"],
});
