#define LDAP_DEPRECATED 0
#include <ldap.h>

#include "sky/base/ascii.h"
#include "sky/ldap/text.h"

namespace sky::ldap {

std::string normal_dn(std::string_view dn) {
    char* out = nullptr;
    if (::ldap_dn_normalize(std::string(dn).c_str(), LDAP_DN_FORMAT_LDAPV3, &out, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS || !out)
        return ascii::to_lower(dn);
    std::string text = ascii::to_lower(out);
    ::ldap_memfree(out);
    return text;
}

}  // namespace sky::ldap
