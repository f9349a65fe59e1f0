#include "auth/external_directory/comparison.h"

#include <algorithm>
#include <map>

#include "auth/expansion.h"
#include "sky/base/ascii.h"
#include "sky/base/encode.h"
#include "sky/base/sha256.h"
#include "sky/ldap/text.h"

namespace sky::auth {
namespace {
using Addresses = std::vector<std::string>;
constexpr std::size_t few = 5, share = 5;

bool has(const Addresses& list, const std::string& text) { return std::ranges::find(list, text) != list.end(); }
std::string domain_of(const std::string& address) { return address.substr(address.rfind('@') + 1); }
std::string shown(const std::string& dn) { return ascii::printable(dn, 300); }

Addresses difference(const Addresses& of, const Addresses& without) {
    Addresses out;
    for (const auto& one : of)
        if (!has(without, one)) out.push_back(one);
    return out;
}

// A comparison in the making.
struct Maker {
    const Sides& sides;
    Comparison out;
    std::map<std::string, const Here*> by_id, by_address;
    std::map<std::string, std::string> address_by_dn;  // of persons with a mailbox, after the sync
    std::set<std::string> seen, claimed;               // ids; addresses, by persons before
    std::size_t suspensions = 0, linked = 0;

    explicit Maker(const Sides& both) : sides(both) {
        for (const auto& mailbox : sides.mailboxes) {
            if (!mailbox.external_id.empty()) by_id.emplace(mailbox.external_id, &mailbox);
            if (!mailbox.external_id.empty() && mailbox.active) ++linked;
            for (const auto& address : mailbox.addresses) by_address.emplace(address, &mailbox);
        }
    }
    bool reads(const char* field) const { return sides.fields.contains(field); }
    void note(std::string text) { out.notes.push_back(std::move(text)); }

    // At domains of the tenant, and nobody else's; the first one is the primary one.
    Addresses own_addresses(const Person& person, const Here* mailbox) {
        Addresses own;
        for (const auto& address : person.addresses) {
            if (!sides.domains.contains(domain_of(address))) continue;
            const auto found = by_address.find(address);
            if (sides.taken.contains(address) || claimed.contains(address) || (found != by_address.end() && found->second != mailbox))
                note("skip " + address + " of " + shown(person.dn) + ": it is somebody else's");
            else
                own.push_back(address);
        }
        return own;
    }

    // Whose mailbox it is: by id for ever, by address the first time.
    struct Match {
        const Here* mailbox = nullptr;
        bool skip = false;
    };
    Match match(const Person& person) {
        if (const auto found = by_id.find(person.id); found != by_id.end()) return {found->second};
        for (const auto& address : person.addresses) {
            if (!sides.domains.contains(domain_of(address))) continue;
            const auto found = by_address.find(address);
            if (found == by_address.end()) return {};
            const Here& mailbox = *found->second;
            if (!mailbox.external_id.empty()) {
                note("skip " + shown(person.dn) + ": " + address + " is the mailbox of another entry, be it gone or not");
                return {.skip = true};
            }
            if (mailbox.holds_role) {
                note("skip " + shown(person.dn) + ": " + address + " holds a role here, and is not taken over by an address");
                return {.skip = true};
            }
            return {&mailbox};
        }
        return {};
    }

    // Those of all the groups that mean some and have this member.
    std::vector<std::string> protocols_of(const std::string& dn) const {
        std::vector<std::string> allowed;
        for (const auto& group : sides.groups) {
            if (!group.meaning.protocols || !group.members || !has(*group.members, dn)) continue;
            for (const auto& one : *group.meaning.protocols)
                if (!has(allowed, one)) allowed.push_back(one);
        }
        std::ranges::sort(allowed);
        return allowed;
    }
    bool knows_protocols() const {
        return std::ranges::any_of(sides.groups, [](const GroupThere& one) { return one.meaning.protocols.has_value(); }) &&
               std::ranges::none_of(sides.groups, [](const GroupThere& one) { return one.meaning.protocols && !one.members; });
    }

    void texts(Step& step, const Person& person, const Here& now) const {
        const auto set = [&](const char* field, const std::string& wanted, const std::string& is, std::optional<std::string>& into) {
            if (reads(field) && wanted != is) into = wanted;
        };
        set("display_name", person.display_name, now.display_name, step.display_name);
        set("title", person.title, now.title, step.title);
        set("department", person.department, now.department, step.department);
        set("phone", person.phone, now.phone, step.phone);
        set("mobile", person.mobile, now.mobile, step.mobile);
        set("office", person.office, now.office, step.office);
        const std::string digest = person.photo.empty() ? "" : hex_encode(sha256(person.photo));
        if (reads("photo") && digest != now.photo) step.photo = person.photo;
        if (knows_protocols())
            if (auto wanted = protocols_of(person.dn); now.protocols != wanted) step.protocols = std::move(wanted);
    }

    void person(const Person& one) {
        if (!seen.insert(one.id).second) return note("skip " + shown(one.dn) + ": its id is another entry's too");
        const Match found = match(one);
        if (found.skip) return;
        const Here* mailbox = found.mailbox;
        const Addresses own = own_addresses(one, mailbox);
        if (own.empty() && !mailbox) return note("skip " + shown(one.dn) + ": it has no address of its own at a domain of the tenant");
        if (one.disabled && !mailbox) return;
        claimed.insert(own.begin(), own.end());
        static const Here nothing;
        const Here& now = mailbox ? *mailbox : nothing;
        Step step{
            .kind = mailbox ? Step::Kind::change : Step::Kind::add, .account = now.account, .address = mailbox ? now.address : own.front()};
        if (now.external_id != one.id) step.external_id = one.id;
        const std::string primary = own.empty() ? now.address : own.front();
        if (primary != step.address) step.new_address = primary;
        address_by_dn.emplace(one.dn, primary);
        const Addresses kept = mailbox ? now.addresses : Addresses{primary};
        for (const auto& address : own)
            if (address != primary && !has(kept, address)) step.joining.push_back(address);
        // An address of before stays with the mailbox, but for those that a sync gave it.
        for (const auto& address : difference(now.external, own))
            if (address != primary) step.leaving.push_back(address);
        texts(step, one, now);
        if (one.disabled && now.active) {
            step.state = Step::State::suspended;
            suspensions += now.external_id.empty() ? 0 : 1;
        } else if (!one.disabled && mailbox && !now.active && now.suspended_by_sync) {
            step.state = Step::State::restored;
        }
        if (step.text() != step.address) out.steps.push_back(std::move(step));
    }

    void vanished() {
        for (const auto& mailbox : sides.mailboxes) {
            if (mailbox.external_id.empty() || seen.contains(mailbox.external_id) || !mailbox.active) continue;
            ++suspensions;
            out.steps.push_back({.account = mailbox.account, .address = mailbox.address, .state = Step::State::suspended});
        }
    }

    void managers() {
        if (!reads("manager")) return;
        for (const auto& one : sides.persons) {
            const auto own = address_by_dn.find(one.dn);
            if (own == address_by_dn.end()) continue;
            const auto boss = address_by_dn.find(one.manager_dn);
            std::string manager = boss == address_by_dn.end() || boss->second == own->second ? std::string() : boss->second;
            const auto now = by_id.find(one.id);
            const auto by_name = by_address.find(own->second);
            const Here* mailbox = now != by_id.end() ? now->second : by_name != by_address.end() ? by_name->second : nullptr;
            if (mailbox ? mailbox->manager != manager : !manager.empty()) out.managers.push_back({own->second, std::move(manager)});
        }
    }

    void groups() {
        for (const auto& group : sides.groups) {
            if (!group.members) {
                note("skip " + shown(group.meaning.dn) + ": the directory has no such group");
                continue;
            }
            if (group.meaning.address.empty()) continue;
            const auto now = std::ranges::find(sides.here, group.meaning.address, &Members::address);
            if (now == sides.here.end()) {
                note("skip " + shown(group.meaning.dn) + ": there is no group " + group.meaning.address + " here");
                continue;
            }
            Addresses wanted;
            for (const auto& dn : *group.members)
                if (const auto found = address_by_dn.find(dn); found != address_by_dn.end() && !has(wanted, found->second))
                    wanted.push_back(found->second);
            std::ranges::sort(wanted);
            if (wanted.size() > most_targets) {
                note("skip " + shown(group.meaning.dn) + ": a group here has at most 1000 members");
                continue;
            }
            GroupStep step{now->address, difference(wanted, now->members), difference(now->members, wanted)};
            if (!step.joining.empty() || !step.leaving.empty()) out.groups.push_back(std::move(step));
        }
    }
};
}  // namespace

std::string Step::text() const {
    if (kind == Kind::add) return "add " + address;
    std::string fields;
    const auto name = [&](bool is, const char* what) {
        if (is) fields += (fields.empty() ? "" : ", ") + std::string(what);
    };
    name(external_id.has_value(), "id");
    name(new_address.has_value(), "address");
    name(!joining.empty() || !leaving.empty(), "further addresses");
    name(display_name.has_value(), "name");
    name(title.has_value(), "title");
    name(department.has_value(), "department");
    name(phone.has_value(), "phone");
    name(mobile.has_value(), "mobile");
    name(office.has_value(), "office");
    name(photo.has_value(), "photo");
    name(protocols.has_value(), "protocols");
    std::string out;
    if (state != State::as_it_is) out = (state == State::suspended ? "suspend " : "restore ") + address;
    if (fields.empty()) return out.empty() ? address : out;
    return (out.empty() ? "change " + address : out) + ": " + fields;
}

std::string GroupStep::text() const {
    std::string out = "group " + address + ":";
    for (const auto& one : joining) out += " +" + one;
    for (const auto& one : leaving) out += " -" + one;
    return out;
}

std::vector<std::string> Comparison::lines() const {
    std::vector<std::string> out;
    for (const auto& step : steps) out.push_back(step.text());
    for (const auto& step : managers) out.push_back("manager of " + step.address + ": " + (step.manager.empty() ? "none" : step.manager));
    for (const auto& step : groups) out.push_back(step.text());
    out.insert(out.end(), notes.begin(), notes.end());
    return out;
}

Result<Comparison> compare(const Sides& sides, Shrink shrink) {
    Maker maker(sides);
    for (const auto& one : sides.persons) maker.person(one);
    maker.vanished();
    const bool many = maker.suspensions > few && maker.suspensions * share > maker.linked;
    const bool all = maker.linked > 1 && maker.suspensions >= maker.linked;
    if ((many || all) && shrink == Shrink::refused)
        return unexpected(Fault::conflict, "the directory would suspend " + std::to_string(maker.suspensions) + " of " +
                                               std::to_string(maker.linked) +
                                               " mailboxes: nothing is done until somebody says that this is right");
    maker.managers();
    maker.groups();
    return std::move(maker.out);
}

}  // namespace sky::auth
