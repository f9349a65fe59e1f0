#pragma once
// A forest that grows by links and loses some, and can always say which root a node hangs from: link-cut trees (Sleator and Tarjan 1983),
// logarithmic in the mean where walking up would cost the depth.
#include <cstdint>
#include <vector>

namespace sky::imap {

class LinkCutForest {
  public:
    explicit LinkCutForest(std::size_t nodes) : up_(nodes, none), left_(nodes, none), right_(nodes, none) {}
    void add() {
        up_.push_back(none);
        left_.push_back(none);
        right_.push_back(none);
    }
    std::uint32_t root(std::uint32_t node);
    void link(std::uint32_t root, std::uint32_t parent);  // the root of a tree below a node of another
    void cut(std::uint32_t node);                         // from its parent, if it has one

  private:
    static constexpr std::uint32_t none = UINT32_MAX;
    bool is_top(std::uint32_t node) const;
    void rotate(std::uint32_t node);
    void splay(std::uint32_t node);
    void expose(std::uint32_t node);
    std::vector<std::uint32_t> up_, left_, right_;
};

// Who is whose parent, with the one question that threading asks. Most mailboxes are answered by a look around; the trees above are made
// when that is not enough.
class Ancestry {
  public:
    static constexpr std::uint32_t none = UINT32_MAX;
    explicit Ancestry(std::size_t nodes) : parent_(nodes, none), children_(nodes, 0) {}

    std::uint32_t add();
    std::size_t size() const { return parent_.size(); }
    std::uint32_t parent(std::uint32_t node) const { return parent_[node]; }
    void detach(std::uint32_t node);
    // False, and nothing is done, when the parent descends from the node. The node has no parent.
    bool attach(std::uint32_t node, std::uint32_t parent);

  private:
    bool hangs_from(std::uint32_t node, std::uint32_t root);
    std::vector<std::uint32_t> parent_, children_;  // children_: how many
    std::vector<LinkCutForest> forest_;             // none or one
};

}  // namespace sky::imap
