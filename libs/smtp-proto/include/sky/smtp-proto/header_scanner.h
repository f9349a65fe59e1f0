#pragma once
// What the server must know of a message's header section while it streams by: Received hops, which fields are there, Message-ID, limits.
// Not a MIME parser; it never changes the message.
#include <cstdint>
#include <string>
#include <string_view>

#include "sky/base/result.h"

namespace sky::smtp {

inline constexpr std::size_t max_header_block = 1024 * 1024;
inline constexpr std::size_t max_header_field = 256 * 1024;
inline constexpr std::size_t max_header_fields = 2000;
inline constexpr unsigned max_hops = 50;  // RFC 5321 §6.3 asks for at least 100 or a sure count; 50 is what Postfix has used for decades

// A field of which there should be one at most: its value unfolded, and where the first of them stands in the message.
struct ScannedField {
    unsigned count = 0;
    std::string value;  // of the first
    std::uint64_t begin = 0, end = 0;
    bool cut = false;  // longer than what is kept
};

class HeaderScanner {
  public:
    // Takes the message in any segmentation; cheap once the section is over. An error (Fault::too_large) stays.
    Result<void> feed(std::string_view bytes);

    void finish();  // the message is over, perhaps within its header

    bool over() const { return over_; }  // the empty line, or the first line that is no field, was seen
    unsigned received() const { return received_; }
    bool has_from() const { return author_.count > 0; }
    bool has_date() const { return date_; }
    bool has_message_id() const { return id_seen_; }
    // Unfolded and trimmed, at most 998 octets; empty when absent.
    const std::string& message_id() const { return message_id_; }
    // RFC 5322 §3.6.2.
    const ScannedField& from() const { return author_; }
    const ScannedField& sender() const { return sender_; }
    // The section ended with a line that is neither a field nor empty: others may read on.
    bool broken() const { return broken_; }
    // The first line is neither a field nor empty: headers put in front of such a message need an empty line behind them.
    bool headless() const { return headless_; }

  private:
    ScannedField& kept_field() { return keeping_ == Keeping::from ? author_ : sender_; }
    void keep(std::string_view line);
    void end_of_line();
    void end_of_field();

    std::string line_;   // of the current line what is needed: its name, or all of it within Message-ID
    std::string field_;  // unfolded value of the current field, collected for Message-ID only
    bool in_id_ = false;
    enum class Keeping { nothing, from, sender } keeping_ = Keeping::nothing;  // of the current field
    ScannedField author_, sender_;
    std::uint64_t offset_ = 0;      // octets taken
    std::uint64_t line_begin_ = 0;  // where the current line began
    bool line_cut_ = false;
    bool broken_ = false;
    bool over_ = false;
    bool headless_ = false;
    bool first_ = true;
    bool date_ = false;
    bool id_seen_ = false;
    unsigned received_ = 0;
    std::size_t fields_ = 0;
    std::size_t block_ = 0;
    std::size_t field_size_ = 0;
    std::string message_id_;
};

}  // namespace sky::smtp
