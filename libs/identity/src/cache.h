#pragma once
// Recipients lately looked up, at most so many, the least used forgotten first. No clock of its own.
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sky/async/timer.h"
#include "sky/identity/principal.h"

namespace sky::identity {

class Cache {
  public:
    explicit Cache(std::size_t most) : most_(most) {}

    struct Item {
        std::string key;  // the address, lower case
        Recipient recipient;
        Deadline stored;
        Deadline until;
    };
    const Item* find(const std::string& key);  // also past `until`; null when not there
    void store(std::string key, Recipient recipient, Deadline now, Deadline until);
    // Its answer, those that it decided (of subaddresses, of alias domains), and those that it may decide from now on.
    void forget(const std::string& address);
    void forget_domain(std::string_view domain);
    void forget_account(AccountId account);  // what leads to it
    void clear();
    std::size_t size() const { return items_.size(); }

  private:
    void drop(const std::string& key);
    template <class Matches>
    void forget_if(Matches matches);

    std::size_t most_;
    std::list<Item> items_;                                                  // most lately used first
    std::unordered_map<std::string_view, std::list<Item>::iterator> index_;  // keys live in items_
};

}  // namespace sky::identity
