#include "sky/smtp-proto/header_scanner.h"

#include <algorithm>

#include "sky/base/ascii.h"

namespace sky::smtp {
namespace {
constexpr std::size_t kept = 1000;             // octets of a line that are looked at
constexpr std::size_t kept_value = 64 * 1024;  // of a field that says who wrote it

// RFC 5322 §2.2 field name; §4.5 allows white space in front of the colon.
std::string_view field_name(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return {};
    auto name = line.substr(0, colon);
    while (name.ends_with(' ') || name.ends_with('\t')) name.remove_suffix(1);
    return std::ranges::all_of(name, [](char c) { return c > 32 && c < 127; }) ? name : std::string_view{};
}
}  // namespace

// The line is the first of a field, or continues it.
void HeaderScanner::keep(std::string_view line) {
    ScannedField& field = kept_field();
    field.value += line;
    field.end = offset_;
    field.cut |= line_cut_ || field.value.size() > kept_value;
    if (field.value.size() > kept_value) field.value.resize(kept_value);
}

void HeaderScanner::end_of_field() {
    if (in_id_ && message_id_.empty()) message_id_ = std::string(ascii::trim(field_).substr(0, 998));
    in_id_ = false;
    keeping_ = Keeping::nothing;
    field_.clear();
    field_size_ = 0;
}

void HeaderScanner::end_of_line() {
    if (line_.ends_with('\r')) line_.pop_back();
    // A first line that begins with white space would continue whatever header we put in front of it: it is no field either.
    const bool folded = !line_.empty() && (line_[0] == ' ' || line_[0] == '\t') && !first_;
    const auto name = folded ? std::string_view{} : field_name(line_);
    if (!folded) end_of_field();
    if (!folded && name.empty()) {
        over_ = true;
        headless_ = first_ && !line_.empty();
        broken_ = !first_ && !line_.empty();
    } else if (!folded) {
        ++fields_;
        received_ += ascii::equals_ignoring_case(name, "Received");
        date_ |= ascii::equals_ignoring_case(name, "Date");
        in_id_ = !id_seen_ && ascii::equals_ignoring_case(name, "Message-ID");
        id_seen_ |= in_id_;
        if (in_id_) field_ = line_.substr(line_.find(':') + 1);
        if (ascii::equals_ignoring_case(name, "From")) keeping_ = Keeping::from;
        if (ascii::equals_ignoring_case(name, "Sender")) keeping_ = Keeping::sender;
        if (keeping_ != Keeping::nothing && kept_field().count++ > 0) keeping_ = Keeping::nothing;
        if (keeping_ != Keeping::nothing) {
            kept_field().begin = line_begin_;
            keep(std::string_view(line_).substr(line_.find(':') + 1));
        }
    } else if (in_id_ && field_.size() < kept) {
        field_ += line_;
    } else if (keeping_ != Keeping::nothing) {
        keep(line_);
    }
    first_ = false;
    line_cut_ = false;
    line_begin_ = offset_;
    line_.clear();
}

Result<void> HeaderScanner::feed(std::string_view bytes) {
    while (!bytes.empty() && !over_) {
        const auto newline = bytes.find('\n');
        const auto part = bytes.substr(0, newline);
        line_cut_ |= part.size() > kept - std::min(kept, line_.size());
        line_.append(part.substr(0, kept - std::min(kept, line_.size())));
        offset_ += std::min(part.size() + 1, bytes.size());
        block_ += part.size() + 1;
        field_size_ += part.size() + 1;
        if (newline != std::string_view::npos) end_of_line();
        if (block_ > max_header_block || field_size_ > max_header_field || fields_ > max_header_fields)
            return unexpected(Fault::too_large, "message header too large");
        bytes.remove_prefix(std::min(part.size() + 1, bytes.size()));
    }
    return {};
}

void HeaderScanner::finish() {
    if (over_) return;
    if (!line_.empty()) end_of_line();
    end_of_field();
    over_ = true;
}

}  // namespace sky::smtp
