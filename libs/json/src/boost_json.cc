// Boost.JSON itself, compiled once for all rooms.
#include <boost/json/src.hpp>
