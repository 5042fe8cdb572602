# L’accueil des membres.

home-search = Chercher un service
home-see-all = Voir tous les services
home-none-found-title = Aucun service ne s’appelle « { $text } »
home-none-found = Essayez un mot de son nom, ou le début d’un mot.
home-others = { $count ->
    [one] Un autre service n’est pas montré : cherchez-le par son nom.
   *[other] { $count } autres services ne sont pas montrés : cherchez-les par leur nom.
}
home-category-own = À vous
home-category-organizations = De vos organisations
home-category-everybody = En libre accès
home-organizations = Vos organisations
home-organization-manage = Gérer
home-organizations-all = Toutes vos organisations
home-news = Nouvelles de { $host }
home-news-since = Depuis le { $date }.

admin-news = Nouvelles
admin-news-intro = Ce texte est montré à tout le monde sur l’accueil, dans la langue de la page. Vide dans une langue : rien n’y est montré.
admin-news-fr = En français
admin-news-en = En anglais
admin-news-help = En Markdown : une ligne vide entre deux paragraphes, **gras**, [un lien](https://exemple.org). Le HTML est ignoré.
admin-news-submit = Publier
admin-news-done = Les nouvelles sont publiées.
admin-news-error-title = Les nouvelles ne sont pas publiées
admin-news-too-long = Raccourcissez ce texte : il dépasse dix mille caractères.
