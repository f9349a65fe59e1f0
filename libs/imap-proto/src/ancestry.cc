#include "ancestry.h"

namespace sky::imap {
namespace {
constexpr int steps_by_walking = 64;
}

bool LinkCutForest::is_top(std::uint32_t node) const {
    const std::uint32_t up = up_[node];
    return up == none || (left_[up] != node && right_[up] != node);
}

void LinkCutForest::rotate(std::uint32_t node) {
    const std::uint32_t up = up_[node], above = up_[up];
    if (!is_top(up)) (left_[above] == up ? left_ : right_)[above] = node;
    auto& side = left_[up] == node ? left_ : right_;
    auto& other = left_[up] == node ? right_ : left_;
    side[up] = other[node];
    if (side[up] != none) up_[side[up]] = up;
    other[node] = up;
    up_[up] = node;
    up_[node] = above;
}

void LinkCutForest::splay(std::uint32_t node) {
    while (!is_top(node)) {
        const std::uint32_t up = up_[node];
        if (!is_top(up)) {
            const std::uint32_t above = up_[up];
            rotate((left_[up] == node) == (left_[above] == up) ? up : node);
        }
        rotate(node);
    }
}

// Makes the way from the root to the node one splay tree with the node on top.
void LinkCutForest::expose(std::uint32_t node) {
    std::uint32_t below = none;
    for (std::uint32_t at = node; at != none; at = up_[at]) {
        splay(at);
        right_[at] = below;
        below = at;
    }
    splay(node);
}

std::uint32_t LinkCutForest::root(std::uint32_t node) {
    expose(node);
    while (left_[node] != none) node = left_[node];
    splay(node);
    return node;
}

void LinkCutForest::link(std::uint32_t root, std::uint32_t parent) {
    expose(root);
    up_[root] = parent;
}

void LinkCutForest::cut(std::uint32_t node) {
    expose(node);
    const std::uint32_t above = left_[node];
    if (above == none) return;
    up_[above] = none;
    left_[node] = none;
}

std::uint32_t Ancestry::add() {
    parent_.push_back(none);
    children_.push_back(0);
    if (!forest_.empty()) forest_.front().add();
    return static_cast<std::uint32_t>(parent_.size() - 1);
}

void Ancestry::detach(std::uint32_t node) {
    if (parent_[node] == none) return;
    --children_[parent_[node]];
    parent_[node] = none;
    if (!forest_.empty()) forest_.front().cut(node);
}

bool Ancestry::attach(std::uint32_t node, std::uint32_t parent) {
    if (hangs_from(parent, node)) return false;
    parent_[node] = parent;
    ++children_[parent];
    if (!forest_.empty()) forest_.front().link(node, parent);
    return true;
}

bool Ancestry::hangs_from(std::uint32_t node, std::uint32_t root) {
    if (node == root) return true;
    if (children_[root] == 0) return false;
    std::uint32_t at = node;
    for (int step = 0; step < steps_by_walking; ++step) {
        if (parent_[at] == none) return at == root;
        at = parent_[at];
    }
    if (forest_.empty()) {
        forest_.emplace_back(parent_.size());
        for (std::uint32_t each = 0; each < parent_.size(); ++each)
            if (parent_[each] != none) forest_.front().link(each, parent_[each]);
    }
    return forest_.front().root(node) == root;
}

}  // namespace sky::imap
