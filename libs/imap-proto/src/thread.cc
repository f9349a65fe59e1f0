#include "sky/imap-proto/thread.h"

#include <algorithm>
#include <bit>
#include <unordered_map>

#include "ancestry.h"
#include "sky/imap-proto/write.h"

namespace sky::imap {
namespace {

using Algorithm = ThreadRequest::Algorithm;
using Node = std::uint32_t;  // a message's index, and beyond the messages a dummy

class Threads {
  public:
    explicit Threads(std::span<const ThreadMessage> messages) : messages_(messages) {}

    std::string ordered_subject();
    std::string references(Algorithm algorithm);

  private:
    bool is_dummy(Node node) const { return node >= messages_.size(); }
    // Sent date, then place in the mailbox. A dummy stands only under the root, and for its first child.
    bool earlier(Node a, Node b) const {
        a = first(a);
        b = first(b);
        return messages_[a].sent != messages_[b].sent ? messages_[a].sent < messages_[b].sent : a < b;
    }
    Node first(Node node) const { return is_dummy(node) ? children_[node].front() : node; }
    void sort_siblings(std::vector<Node>& nodes) const {
        std::ranges::sort(nodes, [this](Node a, Node b) { return earlier(a, b); });
    }

    void link();
    Node node_of(std::int64_t id);
    void count_references();
    // Named by one message only and in nobody's Message-ID: a dummy that would hold one child, or none.
    bool means_nothing(std::int64_t id) const {
        return named_[static_cast<std::size_t>(id) & (named_.size() - 1)] < 2 && !by_id_.contains(id);
    }
    void prune();
    void merge_subjects();
    void merge_into_table(Node current, Node& in_table, std::vector<bool>& gone);
    void sort_by_latest();
    std::string text() const;

    std::span<const ThreadMessage> messages_;
    std::unordered_map<std::int64_t, Node> by_id_;
    std::vector<std::uint8_t> named_;  // how often, up to 2, by the low bits of an id: may say too much
    Ancestry links_{0};
    std::vector<std::vector<Node>> children_;  // by node
    std::vector<Node> roots_;
};

Node Threads::node_of(std::int64_t id) {
    const auto [at, fresh] = by_id_.try_emplace(id, 0);
    if (fresh) at->second = links_.add();
    return at->second;
}

void Threads::count_references() {
    std::size_t total = 0;
    for (const ThreadMessage& message : messages_) total += message.parents.size();
    named_.assign(std::bit_ceil(2 * total + 1), 0);
    for (const ThreadMessage& message : messages_)
        for (const std::int64_t id : message.parents)
            if (auto& count = named_[static_cast<std::size_t>(id) & (named_.size() - 1)]; count < 2) ++count;
}

// Step 1: parents from references. Of several messages with one id the first has it.
void Threads::link() {
    links_ = Ancestry(messages_.size());
    count_references();
    by_id_.reserve(messages_.size());
    for (Node node = 0; node < messages_.size(); ++node)
        if (messages_[node].id != 0) by_id_.try_emplace(messages_[node].id, node);
    for (Node node = 0; node < messages_.size(); ++node) {
        Node last = Ancestry::none;
        for (const std::int64_t id : messages_[node].parents) {
            if (means_nothing(id)) continue;
            const Node next = node_of(id);
            if (last != Ancestry::none && links_.parent(next) == Ancestry::none) links_.attach(next, last);
            last = next;
        }
        if (links_.parent(node) == last) continue;
        links_.detach(node);
        if (last != Ancestry::none) links_.attach(node, last);
    }
}

// Steps 2 and 3: dummies go, their children move up; under the root a dummy stays when it holds several together.
void Threads::prune() {
    const std::size_t count = links_.size();
    children_.assign(count, {});
    std::vector<Node> order;  // parents before their children
    order.reserve(count);
    for (Node node = 0; node < count; ++node)
        if (links_.parent(node) == Ancestry::none)
            order.push_back(node);
        else
            children_[links_.parent(node)].push_back(node);
    const std::size_t tops = order.size();
    for (std::size_t i = 0; i < order.size(); ++i)
        for (const Node child : children_[order[i]]) order.push_back(child);
    for (std::size_t i = order.size(); i-- > 0;) {
        auto& own = children_[order[i]];
        std::vector<Node> kept;
        for (const Node child : own) {
            if (!is_dummy(child)) {
                kept.push_back(child);
                continue;
            }
            // Siblings are sorted in the end, so the shorter list is the one that is copied.
            auto& promoted = children_[child];
            if (promoted.size() > kept.size()) kept.swap(promoted);
            kept.insert(kept.end(), promoted.begin(), promoted.end());
            promoted = {};
        }
        own = std::move(kept);
    }
    for (std::size_t i = 0; i < tops; ++i) {
        const Node top = order[i];
        if (!is_dummy(top) || children_[top].size() > 1)
            roots_.push_back(top);
        else if (children_[top].size() == 1)
            roots_.push_back(children_[top].front());
    }
}

void Threads::merge_into_table(Node current, Node& in_table, std::vector<bool>& gone) {
    gone[current] = true;
    if (is_dummy(current) && is_dummy(in_table)) {
        auto& into = children_[in_table];
        into.insert(into.end(), children_[current].begin(), children_[current].end());
    } else if (is_dummy(in_table) || (messages_[current].is_reply && !messages_[in_table].is_reply)) {
        children_[in_table].push_back(current);
    } else {
        const auto dummy = static_cast<Node>(children_.size());
        children_.push_back({in_table, current});
        gone[in_table] = true;
        gone.push_back(false);
        roots_.push_back(dummy);
        in_table = dummy;
    }
}

// Steps 4 and 5: threads of one base subject become one.
void Threads::merge_subjects() {
    for (const Node root : roots_)
        if (is_dummy(root)) sort_siblings(children_[root]);
    sort_siblings(roots_);
    std::unordered_map<std::string_view, Node> table;
    for (const Node root : roots_) {
        const std::string_view subject = messages_[first(root)].subject;
        if (subject.empty()) continue;
        const auto [at, fresh] = table.try_emplace(subject, root);
        if (fresh || is_dummy(at->second)) continue;
        if (is_dummy(root) || (messages_[at->second].is_reply && !messages_[root].is_reply)) at->second = root;
    }
    // Where both are no replies, or both are, a new dummy takes them; it stands in the table and is not looked at again.
    std::vector<bool> gone(children_.size(), false);
    for (std::size_t i = 0, count = roots_.size(); i < count; ++i) {
        const Node root = roots_[i];
        const auto at = table.find(messages_[first(root)].subject);
        if (at != table.end() && at->second != root && !gone[root]) merge_into_table(root, at->second, gone);
    }
    std::erase_if(roots_, [&](Node root) { return gone[root]; });
}

// REFS: by the newest arrival in each thread.
void Threads::sort_by_latest() {
    struct Latest {
        Time arrived;
        Node newest, root;
    };
    std::vector<Latest> threads;
    std::vector<Node> left;
    for (const Node root : roots_) {
        Latest latest{Time::min(), 0, root};
        left.assign(1, root);
        while (!left.empty()) {
            const Node node = left.back();
            left.pop_back();
            if (!is_dummy(node) && std::pair(messages_[node].arrived, node) >= std::pair(latest.arrived, latest.newest)) {
                latest.arrived = messages_[node].arrived;
                latest.newest = node;
            }
            left.insert(left.end(), children_[node].begin(), children_[node].end());
        }
        threads.push_back(latest);
    }
    std::ranges::sort(threads,
                      [](const Latest& a, const Latest& b) { return std::pair(a.arrived, a.newest) < std::pair(b.arrived, b.newest); });
    roots_.clear();
    for (const Latest& thread : threads) roots_.push_back(thread.root);
}

std::string Threads::references(Algorithm algorithm) {
    link();
    prune();
    if (algorithm == Algorithm::references) merge_subjects();
    for (auto& siblings : children_) sort_siblings(siblings);  // step 6; below the root there are no dummies
    if (algorithm == Algorithm::refs)
        sort_by_latest();
    else
        sort_siblings(roots_);
    return text();
}

std::string Threads::ordered_subject() {
    std::vector<Node> order(messages_.size());
    for (Node node = 0; node < order.size(); ++node) order[node] = node;
    std::ranges::sort(order, [this](Node a, Node b) {
        const int compared = messages_[a].subject.compare(messages_[b].subject);
        return compared != 0 ? compared < 0 : earlier(a, b);
    });
    children_.assign(messages_.size(), {});
    for (const Node node : order) {
        if (roots_.empty() || messages_[roots_.back()].subject != messages_[node].subject)
            roots_.push_back(node);
        else
            children_[roots_.back()].push_back(node);
    }
    sort_siblings(roots_);
    return text();
}

// thread-list (RFC 5256 §5): "(3 6 (4 23)(44 7 96))", and "((3)(5))" for a dummy.
std::string Threads::text() const {
    struct Level {
        const std::vector<Node>* siblings;
        std::size_t next = 0;
    };
    std::string out;
    std::vector<Level> open{{&roots_}};
    while (!open.empty()) {
        Level& level = open.back();
        if (level.next == level.siblings->size()) {
            open.pop_back();
            if (!open.empty()) out += ')';
            continue;
        }
        Node node = (*level.siblings)[level.next++];
        out += '(';
        if (!is_dummy(node)) append_number(out, messages_[node].number);
        while (!is_dummy(node) && children_[node].size() == 1) {
            node = children_[node].front();
            append_number(out += ' ', messages_[node].number);
        }
        if (!is_dummy(node) && !children_[node].empty()) out += ' ';
        open.push_back({&children_[node]});
    }
    return out;
}

}  // namespace

std::string threads(Algorithm algorithm, std::span<const ThreadMessage> messages) {
    Threads all(messages);
    return algorithm == Algorithm::ordered_subject ? all.ordered_subject() : all.references(algorithm);
}

}  // namespace sky::imap
