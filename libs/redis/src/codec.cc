#include "codec.h"

#include <hiredis/hiredis.h>

#include <array>
#include <cstdlib>
#include <new>
#include <vector>

namespace sky::redis {
namespace {

Value value_of(const redisReply& reply) {
    Value out;
    switch (reply.type) {
        case REDIS_REPLY_INTEGER:
            out.kind = Value::Kind::integer;
            out.integer = reply.integer;
            break;
        case REDIS_REPLY_STRING:
        case REDIS_REPLY_STATUS:
            out.kind = Value::Kind::text;
            out.text.assign(reply.str, reply.len);
            break;
        case REDIS_REPLY_ERROR:
            out.kind = Value::Kind::error;
            out.text.assign(reply.str, reply.len);
            break;
        case REDIS_REPLY_ARRAY:
            out.kind = Value::Kind::array;
            out.items.reserve(reply.elements);
            for (std::size_t i = 0; i < reply.elements; ++i) out.items.push_back(value_of(*reply.element[i]));
            break;
        default:
            break;
    }
    return out;
}

}  // namespace

std::string encode(std::span<const std::string_view> argv) {
    std::vector<const char*> parts;
    std::vector<std::size_t> lengths;
    for (const std::string_view part : argv) {
        parts.push_back(part.data() ? part.data() : "");
        lengths.push_back(part.size());
    }
    char* formatted = nullptr;
    const int size = redisFormatCommandArgv(&formatted, static_cast<int>(parts.size()), parts.data(), lengths.data());
    if (size < 0) throw std::bad_alloc();
    std::string out(formatted, static_cast<std::size_t>(size));
    redisFreeCommand(formatted);
    return out;
}

void Decoder::Free::operator()(redisReader* reader) const { redisReaderFree(reader); }

Decoder::Decoder() : reader_(redisReaderCreate()) {
    if (!reader_) throw std::bad_alloc();
}

void Decoder::feed(std::string_view bytes) { redisReaderFeed(reader_.get(), bytes.data(), bytes.size()); }

Result<std::optional<Value>> Decoder::next() {
    void* reply = nullptr;
    if (redisReaderGetReply(reader_.get(), &reply) != REDIS_OK)
        return unexpected(Fault::unavailable, {}, std::string("Redis speaks no RESP: ") + reader_->errstr);
    if (!reply) return std::optional<Value>{};
    const std::unique_ptr<void, void (*)(void*)> owned(reply, freeReplyObject);
    return value_of(*static_cast<redisReply*>(reply));
}

Error error_of(std::string reply) {
    static constexpr std::array<std::string_view, 9> temporary{"LOADING",  "READONLY",   "OOM",     "MASTERDOWN", "CLUSTERDOWN",
                                                               "TRYAGAIN", "NOREPLICAS", "MISCONF", "BUSY "};
    Fault fault = Fault::internal;
    for (const std::string_view prefix : temporary)
        if (reply.starts_with(prefix)) fault = Fault::unavailable;
    return Error{fault, {}, "Redis: " + reply};
}

}  // namespace sky::redis
