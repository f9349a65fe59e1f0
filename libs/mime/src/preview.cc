#include "preview.h"

#include <array>

#include "sky/base/ascii.h"
#include "sky/mime/header.h"
#include "sky/mime/parameters.h"
#include "sky/mime/part_text.h"
#include "sky/mime/words.h"

namespace sky::mime {
namespace {

constexpr std::size_t read_octets = 16 * 1024;  // of the encoded part: enough for 200 characters of any sensible mail
constexpr std::size_t preview_characters = 200;

std::string shorten(std::string_view text) {
    std::string out;
    std::size_t characters = 0;
    for (const char c : text) {
        const bool starts = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
        const bool space = static_cast<unsigned char>(c) <= ' ';
        if (space && (out.empty() || out.back() == ' ')) continue;
        if (starts && characters++ == preview_characters) break;
        out.push_back(space ? ' ' : c);
    }
    return std::string(ascii::trim(out));
}

struct Entity {
    std::string_view name;
    std::string_view text;
};
constexpr std::array<Entity, 6> entities{{{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"nbsp", " "}, {"apos", "'"}}};

// Where the element that begins at `at` ends, when its content is not text; otherwise where its tag ends.
std::size_t after_tag(std::string_view html, std::size_t at) {
    if (html.substr(at).starts_with("<!--")) {
        const auto end = html.find("-->", at + 4);
        return end == std::string_view::npos ? html.size() : end + 3;
    }
    for (const auto* name : {"script", "style", "title"}) {
        if (!ascii::starts_ignoring_case(html.substr(at + 1), name)) continue;
        const std::string close = std::string("</") + name;
        for (auto end = html.find("</", at); end != std::string_view::npos; end = html.find("</", end + 2))
            if (ascii::starts_ignoring_case(html.substr(end), close)) {
                const auto gt = html.find('>', end);
                return gt == std::string_view::npos ? html.size() : gt + 1;
            }
        return html.size();
    }
    const auto gt = html.find('>', at);
    return gt == std::string_view::npos ? html.size() : gt + 1;
}

}  // namespace

std::string text_of_html(std::string_view html) {
    std::string out;
    for (std::size_t i = 0; i < html.size();) {
        if (html[i] == '<') {
            i = after_tag(html, i);
            out.push_back(' ');
            continue;
        }
        if (html[i] == '&') {
            const auto semicolon = html.substr(i, 12).find(';');
            bool decoded = false;
            if (semicolon != std::string_view::npos)
                for (const auto& entity : entities)
                    if (html.substr(i + 1, semicolon - 1) == entity.name) {
                        out += entity.text;
                        i += semicolon + 1;
                        decoded = true;
                        break;
                    }
            if (decoded) continue;
        }
        out.push_back(html[i++]);
    }
    return out;
}

std::string preview(std::string_view message, const Tree& tree) {
    const Part* html = nullptr;
    for (const auto& part : tree.parts) {
        if (!part.text || part.kind != Part::Kind::leaf) continue;
        const auto label = part_label(message.substr(part.header_offset, part.header_size), part);
        if (label.attachment) continue;
        if (label.html) {
            if (!html) html = &part;
            continue;
        }
        auto text =
            shorten(decode_text(message.substr(part.body_offset(), std::min<std::uint64_t>(part.body_size, read_octets)), part, label));
        if (!text.empty()) return text;
    }
    if (!html) return {};
    const auto label = part_label(message.substr(html->header_offset, html->header_size), *html);
    return shorten(text_of_html(
        decode_text(message.substr(html->body_offset(), std::min<std::uint64_t>(html->body_size, read_octets)), *html, label)));
}

}  // namespace sky::mime
