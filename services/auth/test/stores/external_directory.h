#pragma once
// A house whose tenant "one" has a real slapd.
#include "directory_server.h"
#include "house.h"
#include "sky/base/encode.h"
#include "skybridge/admin/v1/external_directories.pb.h"

namespace house {

using ldap::testing::DirectoryServer;

inline const std::string people = "ou=people,dc=example,dc=test";

// An entry with the password "ldap horse".
inline std::string person(const std::string& cn, const std::string& mail, const std::string& more = {}) {
    return "dn: cn=" + cn + "," + people + "\nobjectClass: inetOrgPerson\nobjectClass: adPerson\ncn: " + cn + "\nsn: x\nmail: " + mail +
           "\nuserPassword: ldap horse\n" + more + "\n";
}

struct WithDirectory : House {
    explicit WithDirectory(const std::map<std::string, std::string>& more = {}) : House(Redis::none, settings_with(more)) {
        tenant("one", "one.test");
        tenant("two", "two.test");
    }
    static std::map<std::string, std::string> settings_with(std::map<std::string, std::string> more) {
        more.emplace("LDAP_NETWORKS", "127.0.0.0/8");
        more.emplace("LDAP_PATIENCE", "1s");
        return more;
    }
    admin_v1::SetExternalDirectoryRequest configuration(const DirectoryServer& server, const std::string& tenant = "one") {
        admin_v1::SetExternalDirectoryRequest request;
        request.set_tenant(tenant);
        request.add_urls(server.ldaps());
        request.set_authorities(server.authority());
        request.set_bind_dn("cn=reader,dc=example,dc=test");
        request.set_bind_password("reading");
        request.set_base_dn("dc=example,dc=test");
        return request;
    }
    Result<admin_v1::ExternalDirectory> set(const admin_v1::SetExternalDirectoryRequest& request, const std::string& token = {}) {
        return operate<admin_v1::ExternalDirectory>(request, token);
    }
    // Without a password of its own.
    void bare_mailbox(const std::string& address) {
        admin_v1::AddMailboxRequest request;
        request.set_address(address);
        operate<admin_v1::Mailbox>(request).value();
    }
};

}  // namespace house
