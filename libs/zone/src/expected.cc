#include "sky/zone/expected.h"

#include "parts.h"

namespace sky::zone {

std::string_view severity_name(Severity severity) {
    switch (severity) {
        case Severity::must:
            return "must";
        case Severity::should:
            return "should";
        case Severity::may:
            return "may";
    }
    return "must";
}

std::vector<Record> expected_records(const Installation& installation, const Domain& domain) {
    Records out;
    add_mail(out, installation, domain);
    add_host(out, installation, domain);
    add_discovery(out, installation, domain);
    return out;
}

}  // namespace sky::zone
