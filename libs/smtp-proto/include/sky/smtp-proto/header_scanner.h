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

class HeaderScanner {
  public:
    // Takes the message in any segmentation; cheap once the section is over. An error (Fault::too_large) stays.
    Result<void> feed(std::string_view bytes);

    void finish();  // the message is over, perhaps within its header

    bool over() const { return over_; }  // the empty line, or the first line that is no field, was seen
    unsigned received() const { return received_; }
    bool has_from() const { return from_ > 0; }
    bool has_date() const { return date_; }
    bool has_message_id() const { return id_seen_; }
    // Unfolded and trimmed, at most 998 octets; empty when absent.
    const std::string& message_id() const { return message_id_; }
    // The first line is neither a field nor empty: headers put in front of such a message need an empty line behind them.
    bool headless() const { return headless_; }

  private:
    void end_of_line();
    void end_of_field();

    std::string line_;   // of the current line what is needed: its name, or all of it within Message-ID
    std::string field_;  // unfolded value of the current field, collected for Message-ID only
    bool in_id_ = false;
    bool over_ = false;
    bool headless_ = false;
    bool first_ = true;
    bool date_ = false;
    bool id_seen_ = false;
    unsigned from_ = 0;
    unsigned received_ = 0;
    std::size_t fields_ = 0;
    std::size_t block_ = 0;
    std::size_t field_size_ = 0;
    std::string message_id_;
};

}  // namespace sky::smtp
