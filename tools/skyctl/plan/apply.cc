#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <set>

#include "sky/base/ascii.h"
#include "sky/base/encode.h"
#include "skyctl/plan/directory.h"
#include "skyctl/plan/plan.h"

namespace sky::skyctl::plan {
namespace json = boost::json;
namespace {

struct Wanted {
    const Kind* kind;
    std::string key;
    const json::object* fields;
};

// Every list, object and field of the plan is one that we know: nothing of it is silently left undone.
Result<std::vector<Wanted>> read(const json::object& plan) {
    std::vector<Wanted> out;
    for (const auto& [name, list] : plan) {
        const auto kind = std::ranges::find(kinds(), std::string_view(name), &Kind::name);
        if (kind == kinds().end()) return unexpected(Fault::syntax, fmt::format("a plan knows no {}", std::string_view(name)));
        if (!list.is_array()) return unexpected(Fault::syntax, fmt::format("{} must be a list", kind->name));
        for (const auto& item : list.get_array()) {
            const auto* object = item.if_object();
            const auto* key = object ? object->if_contains(kind->key) : nullptr;
            if (!key || !key->is_string()) return unexpected(Fault::syntax, fmt::format("each of {} needs a {}", kind->name, kind->key));
            for (const auto& [field, value] : *object)
                if (!has_field(kind->entity, field) && !has_field(kind->add, field))
                    return unexpected(Fault::syntax, fmt::format("{} have no {}", kind->name, std::string_view(field)));
            out.push_back({&*kind, ascii::to_lower(std::string_view(key->get_string())), object});
        }
    }
    std::ranges::sort(out, {}, [](const Wanted& one) { return one.kind; });  // in the table's order, as each kind needs the one before
    return out;
}

struct Work {
    Session& session;
    Run run;
    std::map<const Kind*, Present> present;
    std::vector<Step> steps;
};

Result<void> send(Work& work, google::protobuf::Message& request) {
    if (work.run == Run::dry) return {};
    if (request.GetDescriptor()->FindFieldByName("idempotency_key"))
        if (auto set = set_field(request, "idempotency_key", json::value(new_idempotency_key())); !set) return set;
    auto reply = work.session.call_any(request);
    if (!reply) return forward(reply);
    return {};
}

Error about(const Wanted& wanted, Error error) {
    error.text = fmt::format("{} {}: {}", wanted.kind->name, wanted.key, error.text);
    return error;
}

Result<void> add(Work& work, const Wanted& wanted) {
    auto request = message_named(wanted.kind->add);
    for (const auto& [field, value] : *wanted.fields)
        if (has_field(wanted.kind->add, field))
            if (auto set = set_field(*request, field, value); !set) return set;
    // A user must have a password; one that nobody knows waits for a real one.
    if (wanted.kind->name == "mailboxes" && !wanted.fields->contains("password_hash")) {
        const auto* kind = wanted.fields->if_contains("kind");
        if (!kind || *kind == "user")
            if (auto set = set_field(*request, "password", json::value(base64url_encode(random_bytes(24)))); !set) return set;
    }
    work.steps.push_back({"add", std::string(wanted.kind->name), wanted.key, {}});
    return send(work, *request);
}

// A list where the request takes text is the same thing.
bool is_same(const json::value& is, const json::value& wanted) {
    return is == wanted || (is.is_null() && wanted.is_string() && wanted.get_string().empty());
}

Result<void> change(Work& work, const Wanted& wanted, const google::protobuf::Message& present) {
    auto request = message_named(wanted.kind->change);
    if (auto set = set_field(*request, wanted.kind->key, json::value(wanted.key)); !set) return set;
    Step step{"change", std::string(wanted.kind->name), wanted.key, {}};
    std::string state;
    for (const auto& [field, value] : *wanted.fields) {
        if (std::string_view(field) == wanted.kind->key || is_told(field) || !has_field(wanted.kind->entity, field)) continue;
        if (is_same(field_of(present, field), value)) continue;
        step.fields.emplace_back(field);
        if (field == "state" && !wanted.kind->set_state.empty()) {
            state = value.is_string() ? std::string(value.get_string()) : "";
            continue;
        }
        if (!has_field(wanted.kind->change, field))
            return unexpected(Fault::conflict,
                              fmt::format("{} is settled when it is made and can't be changed by a plan", std::string_view(field)));
        if (auto set = set_field(*request, field, value); !set) return set;
    }
    if (step.fields.empty()) return {};
    const bool only_state = !state.empty() && step.fields.size() == 1;
    work.steps.push_back(step);
    if (!only_state)
        if (auto sent = send(work, *request); !sent) return sent;
    if (state.empty()) return {};
    auto to_state = message_named(wanted.kind->set_state);
    if (auto set = set_field(*to_state, wanted.kind->key, json::value(wanted.key)); !set) return set;
    if (auto set = set_field(*to_state, "state", json::value(state)); !set) return set;
    return send(work, *to_state);
}

Result<void> look(Work& work, const std::set<std::string>& tenants) {
    work.present.clear();
    for (const auto& kind : kinds())
        for (const auto& tenant : tenants) {
            auto found = list_all(work.session, kind, tenant);
            if (!found && found.error().fault == Fault::not_found) continue;  // a tenant that is yet to be made
            if (!found) return forward(found);
            work.present[&kind].merge(*found);
        }
    return {};
}

Result<void> remove_others(Work& work, const std::vector<Wanted>& wanted) {
    for (const auto& kind : kinds() | std::views::reverse) {
        if (kind.name == "tenants") continue;  // a tenant goes by a word of its own only
        for (const auto& [key, message] : work.present[&kind]) {
            if (std::ranges::any_of(wanted, [&](const Wanted& one) { return one.kind == &kind && one.key == key; })) continue;
            auto request = message_named(kind.remove);
            if (auto set = set_field(*request, kind.key, json::value(key)); !set) return set;
            work.steps.push_back({"remove", std::string(kind.name), key, {}});
            if (auto sent = send(work, *request); !sent) return sent;
        }
    }
    return {};
}
}  // namespace

Result<std::vector<Step>> apply(Session& session, const json::object& plan, Prune prune, Run run) {
    auto wanted = read(plan);
    if (!wanted) return forward(wanted);
    std::set<std::string> tenants;
    for (const auto& one : *wanted) {
        if (one.kind->name == "tenants") tenants.insert(one.key);
        if (const auto* tenant = one.fields->if_contains("tenant"); tenant && tenant->is_string())
            tenants.insert(ascii::to_lower(std::string_view(tenant->get_string())));
    }
    if (tenants.empty()) return unexpected(Fault::syntax, "a plan names at least one tenant, in tenants or in its objects");
    Work work{session, run, {}, {}};
    if (auto seen = look(work, tenants); !seen) return forward(seen);
    std::size_t added = 0;
    for (const auto& one : *wanted) {
        if (work.present[one.kind].contains(one.key)) continue;
        if (auto done = add(work, one); !done) return std::unexpected(about(one, done.error()));
        ++added;
    }
    // What could not be said when a thing was made is a change of it now.
    if (added > 0 && run == Run::for_real)
        if (auto seen = look(work, tenants); !seen) return forward(seen);
    for (const auto& one : *wanted) {
        const auto found = work.present[one.kind].find(one.key);
        if (found == work.present[one.kind].end()) continue;  // a dry run has not made it
        if (auto done = change(work, one, *found->second); !done) return std::unexpected(about(one, done.error()));
    }
    if (prune == Prune::yes)
        if (auto done = remove_others(work, *wanted); !done) return forward(done);
    return std::move(work.steps);
}

}  // namespace sky::skyctl::plan
