#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "sky/base/encode.h"
#include "skyctl/plan/compare.h"
#include "skyctl/plan/directory.h"
#include "skyctl/plan/plan.h"
#include "skyctl/plan/scope.h"

namespace sky::skyctl::plan {
namespace pb = google::protobuf;
namespace json = boost::json;
namespace {

struct Work {
    Session& session;
    Run run;
    std::set<std::string> tenants;
    std::set<const Kind*> kinds;  // that the plan has a list of
    Directory directory;
    std::vector<Step> steps;
};

Error about(const Kind& kind, const std::string& key, Error error) {
    error.text = fmt::format("{} {}: {}", kind.name, key, error.text);
    return error;
}

Result<void> send(Work& work, pb::Message& request) {
    if (work.run == Run::dry) return {};
    if (request.GetDescriptor()->FindFieldByName("idempotency_key"))
        if (auto set = set_field(request, "idempotency_key", json::value(new_idempotency_key())); !set) return set;
    auto reply = work.session.call_any(request);
    if (!reply) return forward(reply);
    return {};
}

// Those who sign in need a password; one that nobody knows waits for a real one.
bool needs_password(const Wanted& wanted) {
    if (wanted.kind->name != "mailboxes" || wanted.fields->contains("password_hash") || wanted.fields->contains("password")) return false;
    const auto* kind = wanted.fields->if_contains("kind");
    return !kind || *kind == "user" || *kind == "service" || *kind == "";
}

Result<void> add(Work& work, const Wanted& wanted) {
    auto request = message_named(wanted.kind->add);
    for (const auto& [field, value] : *wanted.fields)
        if (has_field(wanted.kind->add, field))
            if (auto set = set_field(*request, field, value); !set) return set;
    if (needs_password(wanted))
        if (auto set = set_field(*request, "password", json::value(base64url_encode(random_bytes(24)))); !set) return set;
    const auto* state = wanted.fields->if_contains("state");
    if (wanted.kind->name == "domains" && state && *state == "pending")
        if (auto set = set_field(*request, "challenge", json::value(true)); !set) return set;
    if (auto sent = send(work, *request); !sent) return sent;
    work.steps.push_back({"add", std::string(wanted.kind->name), wanted.key, {}});
    return {};
}

Result<void> change(Work& work, const Wanted& wanted, const pb::Message& present, bool just_added) {
    const Kind& kind = *wanted.kind;
    auto request = message_named(kind.change), to_state = message_named(kind.set_state);
    bool changes = false, sets_state = false;
    Step step{"change", std::string(kind.name), wanted.key, {}};
    for (const auto& [field, value] : *wanted.fields) {
        if (is_key(kind, field) || is_told(field) || !has_field(kind.entity, field)) continue;
        const auto same = is_same(kind, present, field, value);
        if (!same) return forward(same);
        if (*same) continue;
        if (!has_field(kind.change, field) && !has_field(kind.set_state, field))
            return unexpected(Fault::conflict,
                              fmt::format("{} is settled when it is made and can't be changed by a plan", std::string_view(field)));
        (has_field(kind.change, field) ? changes : sets_state) = true;
        step.fields.emplace_back(field);
    }
    if (step.fields.empty()) return {};
    if (changes) {
        if (auto set = set_keys(*request, kind, present); !set) return set;
        if (kind.add == kind.change)  // it replaces all: what the plan does not say stays
            for (const auto& field : field_names(kind.entity))
                if (has_field(kind.change, field) && !is_told(field))
                    if (auto set = set_field(*request, field, field_of(present, field)); !set) return set;
        for (const auto& field : step.fields)
            if (has_field(kind.change, field))
                if (auto set = set_field(*request, field, wanted.fields->at(field)); !set) return set;
        if (auto sent = send(work, *request); !sent) return sent;
    }
    if (sets_state) {
        if (auto set = set_keys(*to_state, kind, present); !set) return set;
        for (const char* field : {"state", "closes"}) {
            const auto* value = wanted.fields->if_contains(field);
            if (!has_field(kind.set_state, field)) continue;
            if (auto set = set_field(*to_state, field, value ? *value : field_of(present, field)); !set) return set;
        }
        if (auto sent = send(work, *to_state); !sent) return sent;
    }
    if (!just_added) work.steps.push_back(std::move(step));
    return {};
}

Result<void> look(Work& work) {
    work.directory.clear();
    for (const auto* kind : work.kinds)
        if (auto read = read_kind(work.session, *kind, work.tenants, work.directory); !read) return read;
    return {};
}

Result<void> remove_others(Work& work, const std::vector<Wanted>& wanted) {
    std::set<std::pair<const Kind*, std::string_view>> kept;
    for (const auto& one : wanted) kept.emplace(one.kind, one.key);
    for (const auto& kind : kinds() | std::views::reverse) {
        if (kind.remove.empty() || !work.kinds.contains(&kind)) continue;
        for (const auto& [key, message] : work.directory[kind.name]) {
            if (kept.contains({&kind, key}) || !covers(work.tenants, kind, *message)) continue;
            auto request = message_named(kind.remove);
            if (auto set = set_keys(*request, kind, *message); !set) return set;
            if (auto sent = send(work, *request); !sent) return std::unexpected(about(kind, key, sent.error()));
            work.steps.push_back({"remove", std::string(kind.name), key, {}});
        }
    }
    return {};
}

Result<void> run_all(Work& work, const std::vector<Wanted>& wanted, Prune prune) {
    if (auto seen = look(work); !seen) return seen;
    std::set<const Wanted*> added;
    for (const auto& one : wanted) {
        if (work.directory[one.kind->name].contains(one.key)) continue;
        if (auto done = add(work, one); !done) return std::unexpected(about(*one.kind, one.key, done.error()));
        added.insert(&one);
    }
    // What could not be said when a thing was made is a change of it now.
    if (!added.empty() && work.run == Run::for_real)
        if (auto seen = look(work); !seen) return seen;
    for (const auto& one : wanted) {
        const auto found = work.directory[one.kind->name].find(one.key);
        if (found == work.directory[one.kind->name].end()) continue;  // a dry run has not made it
        if (auto done = change(work, one, *found->second, added.contains(&one)); !done)
            return std::unexpected(about(*one.kind, one.key, done.error()));
    }
    return prune == Prune::yes ? remove_others(work, wanted) : Result<void>{};
}
}  // namespace

Outcome apply(Session& session, const json::object& plan, Prune prune, Run run) {
    auto wanted = read_plan(plan);
    if (!wanted) return {{}, wanted.error()};
    auto tenants = tenants_of(session, *wanted);
    if (!tenants) return {{}, tenants.error()};
    Work work{session, run, std::move(*tenants), {}, {}, {}};
    for (const auto& [name, list] : plan) work.kinds.insert(kind_named(name));
    auto done = run_all(work, *wanted, prune);
    return {std::move(work.steps), done ? std::nullopt : std::optional(done.error())};
}

}  // namespace sky::skyctl::plan
