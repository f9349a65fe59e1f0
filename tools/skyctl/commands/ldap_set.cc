#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"
#include "skyctl/files.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"TENANT", Takes::text, Must::be_given, "The tenant's name.", "tenant"},
    {"--kind", Takes::text, Must::may_be_given, "Of a new one, what it has where nothing is said: ldap, active-directory.", "kind"},
    {"--url", Takes::text, Must::may_be_given,
     "ldaps://host:port or ldap://host:port (StartTLS), separated by commas: tried in their order.", "urls"},
    {"--ca", Takes::text, Must::may_be_given, "File with the authorities that sign its certificate, in PEM; - is standard input."},
    {"--system-ca", Takes::nothing, Must::may_be_given, "The authorities are those of the system."},
    {"--bind-dn", Takes::text, Must::may_be_given, "Who searches; empty: anonymously.", "bind_dn"},
    {"--password-stdin", Takes::nothing, Must::may_be_given, "Reads the password of the bind DN from standard input: one line."},
    {"--base-dn", Takes::text, Must::may_be_given, "Where the people are.", "base_dn"},
    {"--user-filter", Takes::text, Must::may_be_given, "Who they are: a filter with {address}, {local} or {uid}.", "user_filter"},
    {"--id-attribute", Takes::text, Must::may_be_given, "What an entry is known by for ever: entryUUID, objectGUID.", "id_attribute"},
    {"--attributes", Takes::text, Must::may_be_given, "field=attribute, separated by commas: display_name=cn,photo=.", "attributes"},
    {"--sign-in", Takes::text, Must::may_be_given, "Whose passwords it proves: all, chosen, none.", "sign_in"},
    {"--enabled", Takes::on_off, Must::may_be_given, "Whether it is asked at all.", "enabled"},
    {"--sync", Takes::on_off, Must::may_be_given, "Whether mailboxes follow it.", "sync"},
    {"--every", Takes::number, Must::may_be_given, "How often, in minutes.", "sync_minutes"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::SetExternalDirectoryRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    if (arguments.given("--ca") && arguments.given("--system-ca")) return unexpected(Fault::syntax, "say which: --ca or --system-ca");
    if (arguments.text("--ca") == "-" && arguments.given("--password-stdin"))
        return unexpected(Fault::syntax, "standard input is either the authorities or the password");
    if (arguments.given("--system-ca")) request.set_authorities("");
    if (arguments.given("--ca")) {
        auto pem = read_file(arguments.text("--ca"));
        if (!pem) return forward(pem);
        request.set_authorities(std::move(*pem));
    }
    if (arguments.given("--password-stdin")) {
        auto password = session.password();
        if (!password) return forward(password);
        request.set_bind_password(*password);
    }
    return show_one(session, request, external_directory_columns);
}
}  // namespace

const Verb ldap_set{.group = "ldap",
                    .name = "set",
                    .sentence = "Sets or changes the directory elsewhere (LDAP, Active Directory) that a tenant's people are in.",
                    .example =
                        "ldap set example --kind active-directory --url ldaps://dc1.example.test --ca ca.pem --base-dn dc=example,dc=test "
                        "--bind-dn cn=reader,dc=example,dc=test --password-stdin < password.txt",
                    .options = options,
                    .run = &run};

}  // namespace sky::skyctl
