#include "imap/commands.h"

#include <algorithm>

#include "imap/commands/all.h"

namespace sky::imapd {
namespace {

using enum Tells;

constexpr Command commands[] = {
    // verb          from state         run           tells        described in
    {"FETCH", selected, fetch, no_expunges, "RFC 9051 §6.4.5"},
    {"UID FETCH", selected, uid_fetch, everything, "RFC 9051 §6.4.9"},
    {"STORE", selected, store_flags, no_expunges, "RFC 9051 §6.4.6"},
    {"UID STORE", selected, uid_store, everything, "RFC 9051 §6.4.9"},
    {"NOOP", any_state, noop, everything, "RFC 9051 §6.1.2"},
    {"IDLE", signed_in, idle, everything, "RFC 9051 §6.3.13"},
    {"NOTIFY", signed_in, notify, everything, "RFC 5465 §3.1"},
    {"SEARCH", selected, search, no_expunges, "RFC 9051 §6.4.4"},
    {"UID SEARCH", selected, uid_search, everything, "RFC 9051 §6.4.9"},
    {"SORT", selected, sort, no_expunges, "RFC 5256 §3"},
    {"UID SORT", selected, uid_sort, everything, "RFC 5256 §3"},
    {"THREAD", selected, thread, no_expunges, "RFC 5256 §3"},
    {"UID THREAD", selected, uid_thread, everything, "RFC 5256 §3"},
    {"ESEARCH", signed_in, multi_search, everything, "RFC 7377 §2"},
    {"CANCELUPDATE", selected, cancel_update, everything, "RFC 5267 §4.3.5"},
    {"COPY", selected, copy, everything, "RFC 9051 §6.4.7"},
    {"UID COPY", selected, uid_copy, everything, "RFC 9051 §6.4.9"},
    {"MOVE", selected, move, everything, "RFC 9051 §6.4.8"},
    {"UID MOVE", selected, uid_move, everything, "RFC 9051 §6.4.9"},
    {"UIDBATCHES", selected, uid_batches, everything, "RFC 10022"},
    {"EXPUNGE", selected, expunge, everything, "RFC 9051 §6.4.3"},
    {"UID EXPUNGE", selected, uid_expunge, everything, "RFC 9051 §6.4.9"},
    {"APPEND", signed_in, append, everything, "RFC 9051 §6.3.12"},
    {"REPLACE", selected, replace, everything, "RFC 8508 §3.2"},
    {"UID REPLACE", selected, uid_replace, everything, "RFC 8508 §3.3"},
    {"STATUS", signed_in, status, everything, "RFC 9051 §6.3.11"},
    {"LIST", signed_in, list, everything, "RFC 9051 §6.3.9"},
    {"LSUB", signed_in, lsub, everything, "RFC 3501 §6.3.9"},
    {"SELECT", signed_in, select_mailbox, nothing, "RFC 9051 §6.3.2"},
    {"EXAMINE", signed_in, examine, nothing, "RFC 9051 §6.3.3"},
    {"CLOSE", selected, close, nothing, "RFC 9051 §6.4.1"},
    {"UNSELECT", selected, unselect, nothing, "RFC 9051 §6.4.2"},
    {"CHECK", selected, check, everything, "RFC 3501 §6.4.1"},
    {"CREATE", signed_in, create, everything, "RFC 9051 §6.3.4"},
    {"DELETE", signed_in, delete_mailbox, everything, "RFC 9051 §6.3.5"},
    {"RENAME", signed_in, rename, everything, "RFC 9051 §6.3.6"},
    {"GETMETADATA", signed_in, get_metadata, everything, "RFC 5464 §4.2"},
    {"SETMETADATA", signed_in, set_metadata, everything, "RFC 5464 §4.3"},
    {"GETQUOTA", signed_in, get_quota, everything, "RFC 9208 §4.1.1"},
    {"GETQUOTAROOT", signed_in, get_quota_root, everything, "RFC 9208 §4.1.2"},
    {"SETQUOTA", signed_in, set_quota, everything, "RFC 9208 §4.1.3"},
    {"SUBSCRIBE", signed_in, subscribe, everything, "RFC 9051 §6.3.7"},
    {"UNSUBSCRIBE", signed_in, unsubscribe, everything, "RFC 9051 §6.3.8"},
    {"NAMESPACE", signed_in, namespaces, everything, "RFC 9051 §6.3.10"},
    {"SETACL", signed_in, set_acl, everything, "RFC 4314 §3.1"},
    {"DELETEACL", signed_in, delete_acl, everything, "RFC 4314 §3.2"},
    {"GETACL", signed_in, get_acl, everything, "RFC 4314 §3.3"},
    {"LISTRIGHTS", signed_in, list_rights, everything, "RFC 4314 §3.4"},
    {"MYRIGHTS", signed_in, my_rights, everything, "RFC 4314 §3.5"},
    {"COMPRESS", signed_in, compress, nothing, "RFC 4978 §3"},
    {"ENABLE", signed_in, enable, nothing, "RFC 9051 §6.3.1"},
    {"CAPABILITY", any_state, capability, nothing, "RFC 9051 §6.1.1"},
    {"ID", any_state, id, nothing, "RFC 2971 §3.1"},
    {"LOGOUT", any_state, logout, nothing, "RFC 9051 §6.1.3"},
    {"UNAUTHENTICATE", signed_in, unauthenticate, nothing, "RFC 8437 §3"},
    {"STARTTLS", not_authenticated, starttls, nothing, "RFC 9051 §6.2.1"},
    {"LOGIN", not_authenticated, login, nothing, "RFC 9051 §6.2.3"},
    {"AUTHENTICATE", not_authenticated, authenticate, nothing, "RFC 9051 §6.2.2"},
};

}  // namespace

const Command* find_command(std::string_view verb) {
    for (const Command& command : commands)
        if (command.verb == verb) return &command;
    return nullptr;
}

bool uses_message_numbers(std::string_view verb) {
    constexpr std::string_view verbs[] = {"FETCH", "STORE", "SEARCH", "COPY", "MOVE", "SORT", "THREAD", "REPLACE"};
    return std::ranges::find(verbs, verb) != std::end(verbs);
}

}  // namespace sky::imapd
