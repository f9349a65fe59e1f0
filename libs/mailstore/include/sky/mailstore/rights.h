#pragma once
// What one may do with a mailbox (RFC 4314 §2.1), and who is given how much of it. Pure.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/ids.h"
#include "sky/base/result.h"

namespace sky::mailstore {

// The bits of mail.acl.
enum class Right : std::uint16_t {
    lookup = 1,        // l
    read = 2,          // r
    seen = 4,          // s
    write = 8,         // w
    insert = 16,       // i
    post = 32,         // p
    create = 64,       // k
    remove = 128,      // x
    mark = 256,        // t, of \Deleted
    expunge = 512,     // e
    administer = 1024  // a
};

class Rights {
  public:
    constexpr Rights() = default;
    constexpr Rights(Right one) : bits_(static_cast<std::uint16_t>(one)) {}
    static constexpr Rights of(std::uint16_t bits) { return Rights(bits, 0); }
    static constexpr Rights all() { return Rights(2047, 0); }

    constexpr std::uint16_t bits() const { return bits_; }
    constexpr bool empty() const { return bits_ == 0; }
    constexpr bool has(Rights all_of) const { return (bits_ & all_of.bits_) == all_of.bits_; }
    constexpr bool has_any(Rights of) const { return (bits_ & of.bits_) != 0; }
    constexpr Rights operator|(Rights other) const { return of(bits_ | other.bits_); }
    constexpr Rights operator-(Rights other) const { return of(static_cast<std::uint16_t>(bits_ & ~other.bits_)); }
    constexpr bool operator==(const Rights&) const = default;

    // "lrswipkxteacd": with "c" where there is k or x, "d" where there is e or t (RFC 4314 §2.1.1).
    std::string text() const;

  private:
    constexpr Rights(std::uint16_t bits, int) : bits_(bits) {}
    std::uint16_t bits_ = 0;
};
constexpr Rights operator|(Right a, Right b) { return Rights(a) | Rights(b); }

// Each of them leads to a mailbox by itself (RFC 4314 §4, MYRIGHTS). The others say what may be done once it is open, or that mail may be
// sent to it.
inline constexpr Rights rights_to_reach = Right::lookup | Right::read | Right::insert | Right::create | Right::remove | Right::administer;

// "c" and "d" stand for what they are made of. Fault::syntax for a letter that is no right.
Result<Rights> parse_rights(std::string_view letters);

// SETACL's third argument: "+lr" adds, "-lr" takes away, "lr" replaces (RFC 4314 §3.1).
struct RightsChange {
    enum class Mode { replace, add, remove } mode = Mode::replace;
    Rights rights;
    Rights applied_to(Rights before) const;
};
Result<RightsChange> parse_rights_change(std::string_view text);

// Whom a row of an access control list means.
struct Grantee {
    enum class Kind : std::int16_t { anyone, account, group } kind = Kind::anyone;  // anyone: of the tenant
    std::int64_t id = 0;
    enum class Sign { grants, denies } sign = Sign::grants;  // "-identifier" (RFC 4314 §2)
    auto operator<=>(const Grantee&) const = default;
};
struct AclEntry {
    Grantee grantee;
    Rights rights;
    bool operator==(const AclEntry&) const = default;
};
using Acl = std::vector<AclEntry>;

// Who asks: somebody and the groups he is in.
struct Subject {
    AccountId account;
    std::vector<std::int64_t> groups;
    bool is_meant_by(const Grantee& grantee) const;
};

// All that is granted, without all that is denied.
Rights rights_of(const Subject& subject, const Acl& acl);

}  // namespace sky::mailstore
