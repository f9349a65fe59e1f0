#include "imap/list_names.h"

#include <algorithm>

#include "sky/base/ascii.h"
#include "sky/imap-proto/list_pattern.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

class Patterns {
  public:
    explicit Patterns(const ListRequest& request) {
        for (const std::string& pattern : request.patterns) {
            const std::string whole = request.reference + pattern;
            patterns_.emplace_back(whole);
            inbox_.emplace_back(ascii::to_upper(whole));  // INBOX has no case
        }
    }
    bool match(std::string_view name) const {
        const auto& patterns = name == "INBOX" ? inbox_ : patterns_;
        return std::ranges::any_of(patterns, [&](const imap::ListPattern& one) { return one.matches(name); });
    }

  private:
    std::vector<imap::ListPattern> patterns_, inbox_;
};

void add(std::string& attributes, std::string_view one) {
    if (one.empty()) return;
    if (!attributes.empty()) attributes += ' ';
    attributes += one;
}

std::vector<ListedName> everything(const mailstore::Names& names) {
    std::vector<ListedName> all;
    for (const mailstore::Mailbox& mailbox : names.mailboxes)
        all.push_back({.name = mailbox.name, .subscribed = mailbox.subscribed, .mailbox = &mailbox});
    for (const std::string& name : names.subscribed_elsewhere) all.push_back({.name = name, .subscribed = true});
    std::ranges::sort(all, {}, &ListedName::name);
    return all;
}

}  // namespace

std::vector<ListedName> list_names(const mailstore::Names& names, const ListRequest& request) {
    const Patterns patterns(request);
    const std::vector<ListedName> all = everything(names);
    std::vector<std::string_view> real;
    for (const ListedName& one : all)
        if (one.mailbox != nullptr) real.push_back(one.name);
    std::ranges::sort(real);
    const auto has_children = [&](std::string_view name) {
        const std::string prefix = std::string(name) + '/';
        const auto at = std::ranges::lower_bound(real, std::string_view(prefix));
        return at != real.end() && at->starts_with(prefix);
    };
    const auto chosen = [&](const ListedName& one) {
        if (request.only_subscribed && !one.subscribed) return false;
        if (request.only_special && (one.mailbox == nullptr || one.mailbox->special_use == mailstore::SpecialUse::none)) return false;
        return one.mailbox != nullptr || request.only_subscribed;
    };
    // Parents of chosen names that do not match themselves; made-up ones too, for a subscribed name whose parents are gone.
    std::vector<std::string> parents;
    if (request.recursive)
        for (const ListedName& one : all)
            if (chosen(one) && !patterns.match(one.name))
                for (std::size_t cut = one.name.rfind('/'); cut != std::string::npos && cut > 0; cut = one.name.rfind('/', cut - 1))
                    parents.push_back(one.name.substr(0, cut));
    std::ranges::sort(parents);
    parents.erase(std::unique(parents.begin(), parents.end()), parents.end());

    std::vector<ListedName> out;
    for (ListedName one : all) {
        if (!patterns.match(one.name)) continue;
        one.child_info = std::ranges::binary_search(parents, one.name);
        if (!chosen(one) && !one.child_info) continue;
        if (one.mailbox == nullptr) {
            add(one.attributes, "\\NonExistent");
        } else {
            if (!one.mailbox->selectable) add(one.attributes, "\\Noselect");
            add(one.attributes, has_children(one.name) ? "\\HasChildren" : "\\HasNoChildren");
            add(one.attributes, mailstore::attribute(one.mailbox->special_use));
        }
        if (one.subscribed && (request.tell_subscribed || request.only_subscribed)) add(one.attributes, "\\Subscribed");
        out.push_back(std::move(one));
    }
    for (const std::string& parent : parents) {
        const bool listed = std::ranges::any_of(out, [&](const ListedName& one) { return one.name == parent; });
        if (!listed && patterns.match(parent)) out.push_back({.name = parent, .attributes = "\\NonExistent", .child_info = true});
    }
    return out;
}

void append_listed(std::string& out, std::string_view response, const ListedName& one) {
    ((((out += "* ") += response) += " (") += one.attributes) += ") \"/\" ";
    imap::append_mailbox(out, one.name, imap::NameForm::mutf7);
    if (one.child_info && response == "LIST") out += " (CHILDINFO (\"SUBSCRIBED\"))";
    out += "\r\n";
}

}  // namespace sky::imapd
