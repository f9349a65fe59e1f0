#include "sky/dav-proto/xml.h"

#include <algorithm>
#include <map>
#include <pugixml.hpp>

#include "sky/base/ascii.h"

namespace sky::dav {
namespace {

constexpr std::string_view xml_space = "http://www.w3.org/XML/1998/namespace";

class Builder {
  public:
    explicit Builder(const XmlLimits& limits) : limits_(limits) {}

    Result<Element> build(pugi::xml_node node, std::size_t depth) {
        if (depth > limits_.depth) return unexpected(Fault::syntax, "XML is nested too deeply");
        if (++elements_ > limits_.elements) return unexpected(Fault::too_large, "too many XML elements");
        const std::size_t mark = bindings_.size();
        std::size_t attributes = 0;
        for (auto attribute : node.attributes()) {
            if (++attributes > limits_.attributes) return unexpected(Fault::too_large, "too many XML attributes");
            const std::string_view name = attribute.name();
            if (name == "xmlns")
                bindings_.push_back({"", attribute.value()});
            else if (name.starts_with("xmlns:"))
                bindings_.push_back({std::string(name.substr(6)), attribute.value()});
        }
        auto name = resolve(node.name(), true);
        if (!name) return forward(name);
        Element out;
        out.name = std::move(*name);
        for (auto attribute : node.attributes()) {
            const std::string_view raw = attribute.name();
            if (raw == "xmlns" || raw.starts_with("xmlns:")) continue;
            auto resolved = resolve(raw, false);
            if (!resolved) return forward(resolved);
            if (!ascii::is_utf8(attribute.value())) return unexpected(Fault::syntax, "the request body is not UTF-8");
            out.attributes.push_back({std::move(*resolved), attribute.value()});
        }
        for (auto child : node.children()) {
            if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
                out.text += child.value();
            } else if (child.type() == pugi::node_element) {
                auto built = build(child, depth + 1);
                if (!built) return built;
                out.children.push_back(std::move(*built));
            }
        }
        bindings_.resize(mark);
        if (!ascii::is_utf8(out.text)) return unexpected(Fault::syntax, "the request body is not UTF-8");
        return out;
    }

  private:
    struct Binding {
        std::string prefix, space;
    };

    Result<Name> resolve(std::string_view qualified, bool element) const {
        const std::size_t colon = qualified.find(':');
        const std::string_view prefix = colon == std::string_view::npos ? std::string_view() : qualified.substr(0, colon);
        const std::string_view local = colon == std::string_view::npos ? qualified : qualified.substr(colon + 1);
        if (local.empty() || !ascii::is_utf8(qualified) || local.find(':') != std::string_view::npos || (colon == 0))
            return unexpected(Fault::syntax, "a malformed XML name");
        if (prefix.empty() && !element) return Name{"", std::string(local)};
        if (prefix == "xml") return Name{std::string(xml_space), std::string(local)};
        for (auto binding = bindings_.rbegin(); binding != bindings_.rend(); ++binding) {
            if (binding->prefix != prefix) continue;
            if (!prefix.empty() && binding->space.empty()) break;  // a prefix can't be taken back in XML 1.0
            return Name{binding->space, std::string(local)};
        }
        if (!prefix.empty()) return unexpected(Fault::syntax, "an XML prefix without namespace");
        return Name{"", std::string(local)};
    }

    const XmlLimits& limits_;
    std::size_t elements_ = 0;
    std::vector<Binding> bindings_;
};

// Nesting is measured before anything is built: the tree is a good deal larger than its text.
bool too_many(std::string_view body, const XmlLimits& limits) {
    return static_cast<std::size_t>(std::count(body.begin(), body.end(), '<')) > 2 * limits.elements + 100;
}

void write(const Element& element, std::string_view inherited, std::string& out) {
    out += '<';
    out += element.name.local;
    if (element.name.space != inherited) out += " xmlns=\"" + escape(element.name.space) + "\"";
    int number = 0;
    for (const auto& attribute : element.attributes) {
        if (attribute.name.space.empty()) {
            out += " " + attribute.name.local;
        } else if (attribute.name.space == xml_space) {
            out += " xml:" + attribute.name.local;
        } else {
            const std::string prefix = "a" + std::to_string(++number);
            out += " xmlns:" + prefix + "=\"" + escape(attribute.name.space) + "\" " + prefix + ":" + attribute.name.local;
        }
        out += "=\"" + escape(attribute.value) + "\"";
    }
    out += '>';
    out += escape(element.text);
    for (const auto& child : element.children) write(child, element.name.space, out);
    out += "</" + element.name.local + ">";
}

}  // namespace

const Element* Element::child(std::string_view space, std::string_view local) const {
    for (const auto& candidate : children) {
        if (candidate.is(space, local)) return &candidate;
    }
    return nullptr;
}

std::optional<std::string_view> Element::find_attribute(std::string_view local) const {
    for (const auto& candidate : attributes) {
        if (candidate.name.space.empty() && candidate.name.local == local) return candidate.value;
    }
    return std::nullopt;
}

std::string_view Element::attribute(std::string_view local) const { return find_attribute(local).value_or(std::string_view()); }

Result<Element> parse_xml(std::string_view body, const XmlLimits& limits) {
    if (body.size() > limits.octets) return unexpected(Fault::too_large, "the request body is too large");
    if (too_many(body, limits)) return unexpected(Fault::too_large, "too many XML elements");
    pugi::xml_document document;
    const auto parsed =
        document.load_buffer(body.data(), body.size(), pugi::parse_default | pugi::parse_doctype | pugi::parse_ws_pcdata_single);
    if (!parsed) return unexpected(Fault::syntax, "the request body is not well-formed XML", parsed.description());
    pugi::xml_node root;
    for (auto node : document.children()) {
        if (node.type() == pugi::node_doctype) return unexpected(Fault::syntax, "a document type declaration is not allowed");
        if (node.type() != pugi::node_element) continue;
        if (root) return unexpected(Fault::syntax, "the request body has two roots");
        root = node;
    }
    if (!root) return unexpected(Fault::syntax, "the request body is not XML");
    return Builder(limits).build(root, 1);
}

std::string escape(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 16);
    for (char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\r':
                out += "&#13;";
                break;
            default:
                if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
        }
    }
    return out;
}

std::string write_xml(const Element& element) {
    std::string out;
    write(element, "", out);
    return out;
}

}  // namespace sky::dav
