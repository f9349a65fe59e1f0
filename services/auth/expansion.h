#pragma once
// Where an address leads, alias by alias: says what to look up next and is told the answers, so that it needs no database to be tested.
#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "sky/base/ids.h"

namespace sky::auth {

inline constexpr int deepest_alias = 10;
inline constexpr std::size_t most_targets = 1000;

// What the directory knows of one address.
struct Route {
    enum class Kind { remote, unknown, mailbox, closed, alias };  // closed: exists, but takes no mail
    Kind kind = Kind::unknown;
    std::string address;
    TenantId tenant;                   // of its domain; 0: remote
    AccountId account;                 // of a mailbox
    TenantId home = {};                // of a mailbox: its tenant, where it is another one
    std::string primary;               // of a mailbox: its own address
    bool is_public = false;            // a tree of public folders
    std::vector<std::string> targets;  // of an alias, a catch-all or a group
    enum class How { exact, subaddress, duty, catch_all, group };
    How how = How::exact;
    std::string matched;  // the address of ours that decided; empty: the one asked for
    std::string detail;   // RFC 5233, behind the separator
    // Of a group: what its rule says of this sender.
    bool sender_matters = false;
    enum class Verdict { open, moderated, forbidden };
    Verdict verdict = Verdict::open;
};

struct Destination {
    TenantId tenant;
    AccountId account;  // 0: relay to `address`
    std::string address;
    bool is_public = false;  // a tree of public folders: the address that led there says which folder is meant
    auto operator<=>(const Destination&) const = default;
};

struct Resolution {
    enum class Kind { local, remote, unknown, refused };
    Kind kind = Kind::unknown;
    TenantId tenant;
    std::vector<Destination> destinations;
    bool too_many = false;  // refused because the alias goes too deep or too wide
    Route::How how = Route::How::exact;
    std::string matched, detail;
    bool sender_matters = false;
    Route::Verdict verdict = Route::Verdict::open;
};

class Expansion {
  public:
    explicit Expansion(std::string address) : wanted_{std::move(address)} {}

    // The addresses to look up now; empty: done.
    const std::vector<std::string>& wanted() const { return wanted_; }
    void answer(const std::vector<Route>& routes);
    Resolution finish() &&;

  private:
    void place(Destination destination);
    std::vector<std::string> wanted_;
    std::unordered_set<std::string> seen_;  // each address once: loops end here
    std::vector<Destination> destinations_;
    Route first_;
    bool met_closed_ = false;
    bool too_many_ = false;
    int depth_ = 0;
};

}  // namespace sky::auth
