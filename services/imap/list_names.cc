#include "imap/list_names.h"

#include <algorithm>

#include "sky/base/ascii.h"
#include "sky/idn/net_unicode.h"
#include "sky/imap-proto/list_pattern.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

// A pattern in the spelling of names (RFC 9051 §5.1): in normal form C, INBOX in capitals above other mailboxes too.
std::string spelled_as_kept(std::string pattern) {
    if (auto normal = idn::net_unicode(pattern)) pattern = *std::move(normal);
    constexpr std::string_view below_inbox = "INBOX/";
    if (ascii::equals_ignoring_case(std::string_view(pattern).substr(0, below_inbox.size()), below_inbox))
        pattern.replace(0, below_inbox.size(), below_inbox);
    return pattern;
}

class Patterns {
  public:
    explicit Patterns(const ListRequest& request) {
        for (const std::string& pattern : request.patterns) {
            const std::string whole = spelled_as_kept(request.reference + pattern);
            patterns_.emplace_back(whole);
            inbox_.emplace_back(ascii::to_upper(whole));  // INBOX has no case
            if (whole.ends_with('%')) levels_.emplace_back(whole);
        }
    }
    bool match(std::string_view name) const {
        const auto& patterns = name == "INBOX" ? inbox_ : patterns_;
        return std::ranges::any_of(patterns, [&](const imap::ListPattern& one) { return one.matches(name); });
    }
    bool reach(std::string_view name) const {
        return match(name) || std::ranges::any_of(patterns_, [&](const imap::ListPattern& one) { return one.could_match_below(name); });
    }
    // By a pattern that ends with "%", which levels above mailboxes match too, be there a mailbox or not (RFC 9051 §6.3.9).
    bool match_level(std::string_view name) const {
        return std::ranges::any_of(levels_, [&](const imap::ListPattern& one) { return one.matches(name); });
    }

  private:
    std::vector<imap::ListPattern> patterns_, inbox_, levels_;
};

void add(std::string& attributes, std::string_view one) {
    if (one.empty()) return;
    if (!attributes.empty()) attributes += ' ';
    attributes += one;
}

// Levels above mailboxes where there is none, or none that may be seen.
std::vector<std::string> missing_levels(const std::vector<std::string_view>& real) {
    std::vector<std::string> out;
    for (const std::string_view name : real)
        for (std::size_t cut = name.rfind('/'); cut != name.npos && cut > 0; cut = name.rfind('/', cut - 1)) {
            const std::string_view above = name.substr(0, cut);
            if (std::ranges::binary_search(real, above)) break;  // what is above it has been looked for
            out.emplace_back(above);
        }
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
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

bool asks_for(const ListRequest& request, std::string_view name) { return Patterns(request).reach(name); }

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
    // Of a name without a mailbox; that nothing is below it is told to who asks (RFC 5258 §4).
    const auto add_children = [&](std::string& attributes, std::string_view name) {
        if (has_children(name))
            add(attributes, "\\HasChildren");
        else if (request.tell_children)
            add(attributes, "\\HasNoChildren");
    };
    const auto chosen = [&](const ListedName& one) {
        if (request.only_subscribed && !one.subscribed) return false;
        if (request.only_special && (one.mailbox == nullptr || one.mailbox->special_use == mailstore::SpecialUse::none)) return false;
        return one.mailbox != nullptr || request.only_subscribed;
    };
    // Names above chosen ones, made-up ones too, for a subscribed name whose parents are gone. What is not chosen itself is listed for the
    // sake of those that do not match (RFC 5258 §3.5).
    std::vector<std::string> parents, parents_of_chosen;
    if (request.recursive)
        for (const ListedName& one : all) {
            if (!chosen(one)) continue;
            const bool matches = patterns.match(one.name);
            for (std::size_t cut = one.name.rfind('/'); cut != std::string::npos && cut > 0; cut = one.name.rfind('/', cut - 1)) {
                parents_of_chosen.push_back(one.name.substr(0, cut));
                if (!matches) parents.push_back(parents_of_chosen.back());
            }
        }
    for (std::vector<std::string>* names_above : {&parents, &parents_of_chosen}) {
        std::ranges::sort(*names_above);
        names_above->erase(std::unique(names_above->begin(), names_above->end()), names_above->end());
    }

    std::vector<ListedName> out;
    for (ListedName one : all) {
        if (!patterns.match(one.name)) continue;
        one.selected = chosen(one);
        one.child_info = std::ranges::binary_search(one.selected ? parents_of_chosen : parents, one.name);
        if (!one.selected && !one.child_info) continue;
        if (one.mailbox == nullptr) {
            add(one.attributes, "\\NonExistent");
            add_children(one.attributes, one.name);
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
        if (listed || !patterns.match(parent)) continue;
        out.push_back({.name = parent, .attributes = "\\NonExistent", .child_info = true});
        add_children(out.back().attributes, parent);
    }
    if (request.only_subscribed || request.only_special) return out;
    for (std::string& level : missing_levels(real))
        if (patterns.match_level(level)) out.push_back({.name = std::move(level), .attributes = "\\Noselect \\NonExistent \\HasChildren"});
    return out;
}

void append_listed(std::string& out, std::string_view response, const ListedName& one, imap::NameForm form) {
    ((((out += "* ") += response) += " (") += one.attributes) += ") \"/\" ";
    imap::append_mailbox(out, one.name, form);
    if (one.child_info && response == "LIST") out += " (CHILDINFO (\"SUBSCRIBED\"))";
    if (!one.old_name.empty()) {
        imap::append_mailbox(out += " (\"OLDNAME\" (", one.old_name, form);
        out += "))";
    }
    out += "\r\n";
}

}  // namespace sky::imapd
