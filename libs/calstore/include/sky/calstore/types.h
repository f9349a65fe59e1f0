#pragma once
// What the calendar store keeps, as values.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sky/base/clock.h"
#include "sky/base/ids.h"
#include "sky/ical/object.h"

namespace sky::calstore {

inline constexpr int schema_version = 3;  // the newest migration this code knows

struct Owner {
    TenantId tenant;
    AccountId account;
};

enum class CollectionKind : std::int16_t { calendar = 1, address_book = 2 };

// Bits of what a collection may hold.
using Components = std::int16_t;
inline constexpr Components events = 1, todos = 2, journals = 4, all_components = 7;
Components component_bit(ical::Kind kind);

// Properties that clients keep with a collection without meaning to us: "{namespace}name" → XML.
using Properties = std::map<std::string, std::string>;

struct CollectionFace {
    std::string display_name;
    std::string description;
    std::string color;
    std::int32_t order = 0;
    std::string timezone;
    bool transparent = false;
    Properties properties;
};

struct Collection {
    CalendarId id;
    std::string slug;
    CollectionKind kind = CollectionKind::calendar;
    Components components = all_components;
    CollectionFace face;
    ModSeq modseq;
    std::int32_t epoch = 1;
    Time created;

    std::string sync_token() const;  // a URI (RFC 6578 §4); changes with every change of the collection or in it
};

struct NewCollection {
    std::string slug;
    CollectionKind kind = CollectionKind::calendar;
    Components components = all_components;
    CollectionFace face;
};

struct Object {
    std::string name;
    std::string etag;  // with quotes; the same octets keep it, restore changes it
    std::string data;  // empty when not asked for
    std::int32_t size = 0;
    Components component = events;
    Time modified;
    ModSeq modseq;
};

// What a PUT stores: the octets and what sky::ical says of them.
struct NewObject {
    std::string name;
    std::string data;
    ical::Summary summary;
};

// If-Match and If-None-Match of a write, decided inside its transaction. `current` is the ETag, or nothing where no object is.
using Precondition = bool (*)(const void* context, const std::optional<std::string>& current);
struct Guard {
    Precondition holds = nullptr;  // null: no condition
    const void* context = nullptr;
    bool operator()(const std::optional<std::string>& current) const { return !holds || holds(context, current); }
};

struct Put {
    enum class Outcome { created, updated, unchanged, precondition_failed, uid_conflict, component_refused, no_collection } outcome;
    std::string etag;
    std::string conflict;  // of uid_conflict: the object that has this UID
};

enum class Erased { erased, missing, precondition_failed };

struct Changes {
    enum class Outcome { ok, invalid_token, no_collection } outcome = Outcome::ok;
    std::vector<Object> changed;
    std::vector<std::string> gone;  // names
    std::string token;              // where the next question begins
    bool truncated = false;
};

}  // namespace sky::calstore
