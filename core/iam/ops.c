#include "iam/ops.h"

#define POST_SHAPE "{id:uuid role role_name scope_div:div org org_name}"
#define SESSION_SHAPE                                                                              \
    "{token? expires_at:time account:{id:uuid login name} post:" POST_SHAPE                        \
    " posts:[" POST_SHAPE "]}"
#define SIGN_IN_REFUSES                                                                            \
    "401 sign_in_failed 403 account_inactive no_post 429 account_locked"

const struct op iam_ops[] = {
    {
        .method = "POST",
        .path = "/api/v1/sessions",
        .lane = OP_SECRET,
        .flags = OP_ANONYMOUS | OP_BODY,
        .handle = sign_in_handle,
        .summary = "Sign in with login and password",
        .takes = "{login password post?:uuid code? cookie?:bool}",
        .gives = SESSION_SHAPE,
        .status = 201,
        .refuses = SIGN_IN_REFUSES,
    },
    {
        .method = "POST",
        .path = "/api/v1/sessions/activate",
        .lane = OP_SECRET,
        .flags = OP_ANONYMOUS | OP_BODY,
        .handle = activate_handle,
        .summary = "Set the first or a new password with a one-time activation code, and sign in",
        .takes = "{login code password post?:uuid cookie?:bool}",
        .gives = SESSION_SHAPE,
        .status = 201,
        .refuses = SIGN_IN_REFUSES,
    },
    {
        .method = "PUT",
        .path = "/api/v1/me/password",
        .lane = OP_SECRET,
        .flags = OP_BODY | OP_CHANGES,
        .handle = password_handle,
        .summary = "Change one's own password; every other session and token ends",
        .takes = "{current password}",
        .refuses = SIGN_IN_REFUSES,
    },
    {
        .method = "GET",
        .path = "/api/v1/me",
        .lane = OP_QUICK,
        .plan = me_plan,
        .render = me_render,
        .summary = "Who is calling: account, post, scope, permissions, plugins that are on",
        .gives = "{account:{id:uuid login name} county:int role role_name post:uuid "
                 "scope_div:div org org_name session~:{id:uuid kind expires_at:time} "
                 "permissions:[text] plugins:[text] posts:[" POST_SHAPE "] unread:int}",
    },
    {
        .method = "GET",
        .path = "/api/v1/me/sessions",
        .lane = OP_QUICK,
        .plan = sessions_plan,
        .render = sessions_render,
        .summary = "My open sessions",
        .gives = "{items:[{id:uuid kind name? post:uuid role opened_at:time "
                 "seen_at?:time expires_at:time current:bool}]}",
    },
    {
        .method = "DELETE",
        .path = "/api/v1/sessions/current",
        .lane = OP_WRITE,
        .flags = OP_CHANGES,
        .plan = sign_out_plan,
        .render = sign_out_render,
        .summary = "Sign out: the token is worth nothing from now on",
    },
    {
        .method = "DELETE",
        .path = "/api/v1/me/sessions/{id}",
        .lane = OP_WRITE,
        .flags = OP_CHANGES,
        .plan = session_kill_plan,
        .render = session_end_render,
        .summary = "End one of my sessions or tokens",
    },
    {
        .method = "POST",
        .path = "/api/v1/sessions/post",
        .lane = OP_WRITE,
        .flags = OP_BODY | OP_CHANGES,
        .plan = post_switch_plan,
        .render = post_switch_render,
        .summary = "Work on another of my posts: a new token, the calling one ends",
        .takes = "{post:uuid cookie?:bool}",
        .gives = "{token? expires_at:time post:" POST_SHAPE "}",
        .status = 201,
    },
    {
        .method = "POST",
        .path = "/api/v1/tokens",
        .lane = OP_WRITE,
        .flags = OP_BODY | OP_CHANGES,
        .plan = token_create_plan,
        .render = token_create_render,
        .summary = "Make an API token with some of my permissions; it is shown once",
        .takes = "{name permissions:[text] days:int}",
        .gives = "{id:uuid token expires_at:time}",
        .status = 201,
        .refuses = "409 too_many_tokens",
    },
    {
        .method = "GET",
        .path = "/api/v1/tokens",
        .lane = OP_QUICK,
        .plan = tokens_plan,
        .render = tokens_render,
        .summary = "My API tokens, without their secrets",
        .gives = "{items:[{id:uuid name? post:uuid role permissions:[text] "
                 "opened_at:time seen_at?:time expires_at:time}]}",
    },
    {
        .method = "DELETE",
        .path = "/api/v1/tokens/{id}",
        .lane = OP_WRITE,
        .flags = OP_CHANGES,
        .plan = token_delete_plan,
        .render = token_delete_render,
        .summary = "Revoke one of my API tokens",
    },
    {
        .method = "POST",
        .path = "/api/v1/admin/accounts/{id}/activation_code",
        .permission = "account.update",
        .lane = OP_WRITE,
        .flags = OP_CHANGES,
        .plan = activation_code_plan,
        .render = activation_code_render,
        .summary = "Make a one-time activation code for an account; it is shown once",
        .gives = "{account:uuid login expires_at:time code}",
        .status = 201,
        .refuses = "409 account_in_use",
    },
};

const int iam_nops = sizeof iam_ops / sizeof iam_ops[0];
