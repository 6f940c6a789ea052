// The one place where Asio and Beast are compiled (BOOST_*_SEPARATE_COMPILATION): every other file
// sees declarations only. A room that adds TLS includes boost/asio/ssl/impl/src.hpp in a file of
// its own, once.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
