#include "tenant/ops.h"

const struct op tenant_ops[] = {
    {
        .method = "GET",
        .path = "/api/v1/divisions",
        .lane = OP_QUICK,
        .plan = divisions_plan,
        .render = divisions_render,
        .summary = "Divisions: the caller's own, those below ?parent=, or the one of ?code=",
        .asks = "parent? code? on?:date",
        .gives = "{items:[{code:div name level:int parent?:div ur_class? "
                 "has_children:bool}]}",
        .refuses = "422 invalid_input",
    },
    {
        .method = "GET",
        .path = "/api/v1/plugins",
        .lane = OP_QUICK,
        .plan = plugins_plan,
        .render = plugins_render,
        .summary = "Plugins, where they are on for the caller, and why one is held back; the "
                   "version of one that could not be loaded is null",
        .gives = "{items:[{name version? title quarantined:bool reason? on:[{township:township "
                 "settings?:object since:time}] enabled:bool settings:[{name title type "
                 "min:int max:int default? basis?}]}]}",
    },
    {
        .method = "PUT",
        .path = "/api/v1/admin/townships/{div}/plugins/{plugin}",
        .permission = "activation.switch",
        .lane = OP_WRITE,
        .flags = OP_BODY | OP_CHANGES | OP_FRESH,
        .plan = switch_plan,
        .render = switch_render,
        .summary = "Turn a plugin on or off in a township",
        .takes = "{enabled:bool settings?:object}",
        .gives = "{township:township plugin enabled:bool settings?:object since:time}",
        .refuses = "503 plugin-quarantined",
    },
    {
        .method = "GET",
        .path = "/api/v1/admin/activations",
        .permission = "activation.read",
        .lane = OP_QUICK,
        .plan = matrix_plan,
        .render = matrix_render,
        .summary = "Every township of the county with the plugins that are on",
        .gives = "{plugins:[{name version? title quarantined:bool reason?}] "
                 "items:[{township:township name "
                 "plugins:[{plugin enabled:bool settings?:object since:time}]}]}",
    },
};

const int tenant_nops = sizeof tenant_ops / sizeof tenant_ops[0];
