#include "sky/smtp-proto/data.h"

#include <algorithm>

namespace sky::smtp {
namespace {
constexpr std::size_t max_sent_line = 998;  // RFC 5322 §2.1.1, without CRLF
}

// What is put out stops at the very octet that violates, so that it doesn't depend on the segmentation.
void DataReader::put(std::string_view bytes, std::string& out) {
    const auto in_size = size_ < max_size_ ? max_size_ - size_ : 0;
    const auto in_line = line_ < max_text_line ? max_text_line - line_ : 0;
    if (!violations_.any()) out.append(bytes.substr(0, std::min<std::uint64_t>(in_size, in_line)));
    if (bytes.size() > in_size) violations_.too_large = true;
    if (bytes.size() > in_line) violations_.long_line = true;
    size_ += bytes.size();
    line_ += bytes.size();
}

// Inside a line: everything up to the CR at once.
std::size_t DataReader::text(std::string_view in, std::string& out) {
    const auto cr = std::min(in.find('\r'), in.size());
    const auto run = in.substr(0, cr);
    const auto lf = run.find('\n');
    const auto nul = run.find('\0');
    const auto clean = std::min({lf, nul, run.size()});
    put(run.substr(0, clean), out);
    violations_.bare_lf |= lf != std::string_view::npos;
    violations_.nul |= nul != std::string_view::npos;
    put(run.substr(clean), out);
    if (cr == in.size()) return cr;
    state_ = State::cr;  // the CR is put out with what follows it
    return cr + 1;
}

// One octet where the line's ends matter. Returns 0 when the octet is to be looked at again in the new state.
std::size_t DataReader::step(char c, std::string& out) {
    switch (state_) {
        case State::line_start:
            line_ = 0;
            state_ = c == '.' ? State::dot : State::text;
            return c == '.' ? 1 : 0;
        case State::dot:
            state_ = c == '\r' ? State::dot_cr : State::text;
            return c == '\r' ? 1 : 0;
        case State::dot_cr:
            if (c == '\n') {
                state_ = State::complete;
                return 1;
            }
            [[fallthrough]];
        case State::cr:
            if (c == '\n') {
                put("\r\n", out);
                state_ = State::line_start;
                return 1;
            }
            violations_.bare_cr = true;
            put("\r", out);
            state_ = State::text;
            return 0;
        default:
            return 1;
    }
}

std::size_t DataReader::feed(std::string_view in, std::string& out) {
    std::size_t taken = 0;
    while (taken < in.size() && state_ != State::complete)
        taken += state_ == State::text ? text(in.substr(taken), out) : step(in[taken], out);
    received_ += taken;
    return taken;
}

void DataWriter::end_line(std::string& out) {
    out += "\r\n";
    line_ = 0;
}

void DataWriter::put(char c, std::string& out) {
    if (line_ == max_sent_line) {
        end_line(out);
        out += ' ';
        line_ = 1;
    }
    if (line_ == 0 && c == '.') out += '.';
    out += c;
    ++line_;
}

void DataWriter::feed(std::string_view message, std::string& out) {
    for (const char c : message) {
        if (after_cr_) {
            after_cr_ = false;
            end_line(out);
            if (c == '\n') continue;
        }
        if (c == '\r')
            after_cr_ = true;
        else if (c == '\n')
            end_line(out);
        else
            put(c, out);
    }
}

void DataWriter::finish(std::string& out) {
    if (after_cr_ || line_ > 0) end_line(out);
    after_cr_ = false;
    out += ".\r\n";
}

}  // namespace sky::smtp
