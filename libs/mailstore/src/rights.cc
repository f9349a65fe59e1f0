#include "sky/mailstore/rights.h"

#include <algorithm>

namespace sky::mailstore {
namespace {

constexpr std::string_view letters = "lrswipkxtea";  // by bit
constexpr Rights made_by_c = Right::create | Right::remove;
constexpr Rights made_by_d = Right::mark | Right::expunge;

}  // namespace

std::string Rights::text() const {
    std::string out;
    for (std::size_t bit = 0; bit < letters.size(); ++bit)
        if ((bits_ >> bit) & 1) out += letters[bit];
    if (has_any(made_by_c)) out += 'c';
    if (has_any(made_by_d)) out += 'd';
    return out;
}

Result<Rights> parse_rights(std::string_view text) {
    Rights out;
    for (const char letter : text) {
        if (letter == 'c') {
            out = out | made_by_c;
        } else if (letter == 'd') {
            out = out | made_by_d;
        } else {
            const auto bit = letters.find(letter);
            if (bit == letters.npos) return unexpected(Fault::syntax, "There is no such right");
            out = out | Rights::of(static_cast<std::uint16_t>(1U << bit));
        }
    }
    return out;
}

Rights RightsChange::applied_to(Rights before) const {
    switch (mode) {
        case Mode::replace:
            return rights;
        case Mode::add:
            return before | rights;
        case Mode::remove:
            return before - rights;
    }
    return before;
}

Result<RightsChange> parse_rights_change(std::string_view text) {
    RightsChange out;
    if (text.starts_with('+')) out.mode = RightsChange::Mode::add;
    if (text.starts_with('-')) out.mode = RightsChange::Mode::remove;
    if (out.mode != RightsChange::Mode::replace) text.remove_prefix(1);
    const auto rights = parse_rights(text);
    if (!rights) return forward(rights);
    out.rights = *rights;
    return out;
}

bool Subject::is_meant_by(const Grantee& grantee) const {
    switch (grantee.kind) {
        case Grantee::Kind::anyone:
            return true;
        case Grantee::Kind::account:
            return grantee.id == account.value;
        case Grantee::Kind::group:
            return std::ranges::find(groups, grantee.id) != groups.end();
    }
    return false;
}

Rights rights_of(const Subject& subject, const Acl& acl) {
    Rights granted, denied;
    for (const AclEntry& entry : acl) {
        if (!subject.is_meant_by(entry.grantee)) continue;
        Rights& sum = entry.grantee.sign == Grantee::Sign::grants ? granted : denied;
        sum = sum | entry.rights;
    }
    return granted - denied;
}

}  // namespace sky::mailstore
