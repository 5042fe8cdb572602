# The home of members.

home-search = Find a service
home-see-all = See all services
home-none-found-title = No service is called “{ $text }”
home-none-found = Try a word of its name, or the beginning of one.
home-others = { $count ->
    [one] One more service is not shown: find it by its name.
   *[other] { $count } more services are not shown: find them by their names.
}
home-category-own = Yours
home-category-organizations = Of your organizations
home-category-everybody = Open to everybody
home-organizations = Your organizations
home-organization-manage = Manage
home-organizations-all = All your organizations
home-news = News from { $host }
home-news-since = Since { $date }.

admin-news = News
admin-news-intro = This text is shown to everybody on the home page, in the language of the page. Empty in a language: nothing is shown there.
admin-news-fr = In French
admin-news-en = In English
admin-news-help = In Markdown: an empty line between two paragraphs, **bold**, [a link](https://example.org). HTML is left out.
admin-news-submit = Publish
admin-news-done = The news is published.
admin-news-error-title = The news is not published
admin-news-too-long = Shorten this text: it has more than ten thousand characters.
