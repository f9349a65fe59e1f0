#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

#include "sky/trigrams/query.h"

using namespace sky::trigrams;

namespace {

std::vector<Key> keys_of(std::string_view text, Field field = Field::text) {
    KeyCollector collector;
    collector.add(field, text);
    return collector.take();
}

std::vector<std::int64_t> found(const Segment& segment, std::string_view needle, Field field = Field::text) {
    Query query;
    query.require(field, needle);
    const auto places = query.match(segment.documents.size(), static_cast<std::uint32_t>(segment.pages.size()),
                                    [&](std::uint32_t page) { return std::string_view(segment.pages.at(page)); });
    REQUIRE(places);
    std::vector<std::int64_t> out;
    for (const auto place : *places) out.push_back(segment.documents.at(place));
    return out;
}

using Ids = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("keys are the triples of a text, white space made one", "[trigrams]") {
    CHECK(keys_of("ABCD").size() == 3);  // ABC BCD CD-end
    CHECK(keys_of("AB").size() == 1);
    CHECK(keys_of("A").empty());
    CHECK(keys_of("A \r\n\t B") == keys_of("A B"));
    CHECK(keys_of("ABABABAB").size() == 3);
    CHECK(keys_of("ABC", Field::subject) != keys_of("ABC"));
    KeyCollector collector;
    collector.add(Field::text, "HELLO");
    const auto first = collector.take();
    collector.add(Field::text, "HELLO");
    CHECK(collector.take() == first);
}

TEST_CASE("a segment finds the documents of a text", "[trigrams]") {
    SegmentBuilder builder;
    builder.add(30, keys_of("THE QUICK BROWN FOX"));
    builder.add(10, keys_of("JUMPS OVER THE LAZY DOG"));
    auto subject = keys_of("LAZY", Field::subject);
    builder.add(20, subject);
    const auto segment = builder.build();
    CHECK(builder.empty());
    CHECK(segment.documents == Ids{10, 20, 30});
    CHECK(found(segment, "THE") == Ids{10, 30});
    CHECK(found(segment, "QUICK  BROWN") == Ids{30});
    CHECK(found(segment, "OX") == Ids{30});  // the end of a text
    CHECK(found(segment, "LA") == Ids{10});
    CHECK(found(segment, "LAZY", Field::subject) == Ids{20});
    CHECK(found(segment, "CAT").empty());
    CHECK(found(segment, "X") == Ids{10, 20, 30});  // asks for nothing
    CHECK(found(SegmentBuilder().build(), "THE").empty());
}

TEST_CASE("what holds a text is always found, in built and in merged segments", "[trigrams]") {
    std::mt19937 random(5);
    std::map<std::int64_t, std::string> texts;
    std::vector<Segment> segments;
    std::int64_t id = 1'000'000;
    for (int part = 0; part < 5; ++part) {
        SegmentBuilder builder;
        const int count = part == 3 ? 400 : 1 + static_cast<int>(random() % 60);
        for (int i = 0; i < count; ++i) {
            std::string text;
            for (auto length = random() % 300; length > 0; --length) text.push_back(static_cast<char>("ABCDE \xC3\xA9"[random() % 8]));
            id += 1 + static_cast<std::int64_t>(random() % 5);
            builder.add(id, keys_of(text));
            texts[id] = flattened(text);
        }
        segments.push_back(builder.build());
    }
    Ids all, kept;
    for (const auto& [document, text] : texts) {
        all.push_back(document);
        if (document % 7 != 0) kept.push_back(document);
    }
    const auto merged = merge(segments, all), thinned = merge(segments, kept);
    REQUIRE(merged);
    REQUIRE(thinned);
    CHECK(merged->documents == all);
    CHECK(thinned->documents == kept);
    for (int round = 0; round < 300; ++round) {
        const auto& text = std::next(texts.begin(), static_cast<std::ptrdiff_t>(random() % texts.size()))->second;
        if (text.size() < 4) continue;
        const auto needle = text.substr(random() % (text.size() - 3), 2 + random() % 6);
        Ids expected;
        for (const auto& [document, each] : texts)
            if (each.find(needle) != std::string::npos) expected.push_back(document);
        Ids apart;
        for (const auto& segment : segments)
            for (const auto document : found(segment, needle)) apart.push_back(document);
        CHECK(std::ranges::includes(apart, expected));
        CHECK(found(*merged, needle) == apart);
        std::erase_if(apart, [](std::int64_t document) { return document % 7 == 0; });
        CHECK(found(*thinned, needle) == apart);
    }
}

TEST_CASE("a large segment has many pages and reads few", "[trigrams]") {
    std::mt19937 random(9);
    SegmentBuilder builder;
    for (std::int64_t id = 1; id <= 400; ++id) {
        std::string text;
        for (int i = 0; i < 2000; ++i) text.push_back(static_cast<char>('A' + random() % 26));
        builder.add(id, keys_of(text + (id == 77 ? "NEEDLE" : "")));
    }
    const auto segment = builder.build();
    CHECK(segment.pages.size() >= 32);
    Query query;
    query.require(Field::text, "NEEDLE");
    CHECK(query.page_hashes().size() <= 4);
    std::set<std::uint32_t> read;
    const auto places = query.match(segment.documents.size(), static_cast<std::uint32_t>(segment.pages.size()), [&](std::uint32_t page) {
        read.insert(page);
        return std::string_view(segment.pages.at(page));
    });
    REQUIRE(places);
    CHECK(std::ranges::find(*places, 76U) != places->end());
    CHECK(read.size() <= 4);
    const auto counts = query.count(segment.documents.size(), static_cast<std::uint32_t>(segment.pages.size()),
                                    [&](std::uint32_t page) { return std::string_view(segment.pages.at(page)); });
    REQUIRE(counts);
    CHECK((*counts)[76] == query.keys());
}

TEST_CASE("documents pack and unpack, damage is told", "[trigrams]") {
    const Ids ids{1, 2, 300, 70'000, std::int64_t{1} << 60};
    CHECK(unpack_documents(pack_documents(ids)) == ids);
    CHECK(unpack_documents("") == Ids{});
    CHECK_FALSE(unpack_documents("\x80"));
    SegmentBuilder builder;
    builder.add(1, keys_of("SOME TEXT THAT IS LONG ENOUGH"));
    auto segment = builder.build();
    Query query;
    query.require(Field::text, "TEXT");
    for (std::string bad : {std::string(), std::string("xxxx"), segment.pages[0].substr(0, segment.pages[0].size() / 2)})
        CHECK_FALSE(query.match(1, 1, [&](std::uint32_t) { return std::string_view(bad); }));
    segment.pages[0] = "broken";
    CHECK_FALSE(merge(std::span(&segment, 1), Ids{1}));
}
