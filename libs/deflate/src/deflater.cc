#include "sky/deflate/deflater.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

namespace sky::deflate {
namespace {

// One for all connections of a thread: nothing of it lives from one call to the next.
class Engine {
  public:
    Engine() {
        constexpr int level = 5, raw_window = -15, memory_level = 8;
        if (deflateInit2(&stream_, level, Z_DEFLATED, raw_window, memory_level, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
    }
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    ~Engine() { deflateEnd(&stream_); }

    void begin(std::string_view dictionary) {
        deflateReset(&stream_);
        if (!dictionary.empty()) deflateSetDictionary(&stream_, octets(dictionary), static_cast<uInt>(dictionary.size()));
    }
    void compress(std::string_view plain, int flush, std::string& out) {
        stream_.next_in = const_cast<Bytef*>(octets(plain));
        stream_.avail_in = static_cast<uInt>(plain.size());
        do {
            Bytef room[16 * 1024];
            stream_.next_out = room;
            stream_.avail_out = sizeof room;
            ::deflate(&stream_, flush);
            out.append(reinterpret_cast<const char*>(room), sizeof room - stream_.avail_out);
        } while (stream_.avail_out == 0);
    }

  private:
    static const Bytef* octets(std::string_view text) { return reinterpret_cast<const Bytef*>(text.data()); }
    z_stream stream_{};
};

}  // namespace

void Deflater::compress(std::string_view plain, std::string& out) {
    if (plain.empty()) return;
    thread_local Engine engine;
    engine.begin(sent_);
    constexpr std::size_t at_once = std::numeric_limits<int>::max();
    for (std::size_t at = 0; at < plain.size(); at += at_once) {
        const std::string_view piece = plain.substr(at, at_once);
        engine.compress(piece, at + piece.size() == plain.size() ? Z_SYNC_FLUSH : Z_NO_FLUSH, out);
    }
    remember(plain);
}

void Deflater::remember(std::string_view plain) {
    sent_.reserve(history);
    if (plain.size() >= history) {
        sent_.assign(plain.substr(plain.size() - history));
        return;
    }
    if (sent_.size() + plain.size() > history) sent_.erase(0, sent_.size() + plain.size() - history);
    sent_ += plain;
}

}  // namespace sky::deflate
