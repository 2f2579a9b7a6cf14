prices-title = Prix
prices-none = Ce partenaire n’a pas de liste de prix, sa consommation n’a donc pas de montants. Demandez à l’exploitant du hub de lui en attribuer une.
prices-reseller = Ce partenaire est un revendeur indirect : son fournisseur est facturé à sa place, il n’y a donc pas de mois sur lesquels essayer d’autres prix.
prices-list = Liste de prix
prices-name = Nom
prices-currency = Monnaie des prix
prices-invoiced-in = Monnaie des factures
prices-rounding = Arrondi des lignes
prices-rounding-half_up = au plus proche, la moitié en s’éloignant de zéro
prices-rounding-new_commerce = vers zéro, comme dans le nouveau commerce
prices-rounding-legacy = au plus proche, d’abord dans la monnaie des prix, comme pour les offres à l’usage
prices-scope-tenant = locataires
prices-scope-infrastructure = infrastructure
prices-how-to-change = Les prix ne se modifient pas ici. L’exploitant du hub apporte une nouvelle version avec
prices-back = Retour aux prix
prices-now = Prix actuels
prices-now-in = Prix actuels, en { $currency }
prices-filter = Compteur, par une partie de son nom ou de son identifiant
prices-filter-off = Afficher tous les prix
prices-found = { $count ->
    [one] { $count } prix
   *[other] { $count } prix
 }
prices-meter = Compteur
prices-unit = Mesuré en
prices-price = Prix
prices-per = Pour une unité de
prices-included = Inclus chaque mois
prices-since = Depuis
prices-until = Jusqu’au
prices-of-infrastructure = { $meter } de l’infrastructure
prices-from-quantity = { $price } à partir de { $from }
prices-later = Prix à venir
prices-more = { $count ->
    [one] { $count } autre n’est pas affiché.
   *[other] { $count } autres ne sont pas affichés.
 }
prices-reductions = Réductions
prices-reductions-none = Il n’y a ni remise ni crédit acquis.
prices-kind = Nature
prices-discount = Remise
prices-earned-credit = Crédit acquis par le partenaire
prices-subscription = Abonnement
prices-all-subscriptions = tous les abonnements
prices-all-meters = tous les compteurs
prices-percent = Part
prices-exchange = Cours de change
prices-exchange-none = La liste n’a pas de cours de change, aucun mois ne peut donc être clôturé.
prices-rate = { $to } pour un { $from }
prices-mappings = Compteurs tarifés comme un autre
prices-mappings-what = Ce que les stamps mesurent sous un nom est tarifé sous l’autre.
prices-mappings-count = { $count ->
    [one] Afficher { $count } compteur
   *[other] Afficher { $count } compteurs
 }
prices-measured = Mesuré comme
prices-priced-as = Tarifé comme
prices-infrastructure = infrastructure
prices-versions-title = Versions de la liste de prix
prices-versions-what = Toutes les versions de « { $list } », la plus récente d’abord. Rien n’en est jamais supprimé.
prices-versions-none = Le journal d’audit n’a aucune version de cette liste.
prices-version = Version
prices-version-now = en vigueur
prices-version-first = première version
prices-version-of = { $version }, { $when }
prices-when = Enregistrée
prices-what-next = Comparer
prices-compare = Comparer
prices-compare-before = { $version } avec { $before }
prices-compare-from = Avant
prices-compare-to = Après
prices-back-to-versions = Retour aux versions
prices-difference-title = Ce qui diffère entre deux versions
prices-difference-of = Version { $before } du { $since }, et version { $after } du { $until }.
prices-prices = Prix qui diffèrent
prices-changed = { $count ->
    [one] { $count } prix diffère.
   *[other] { $count } prix diffèrent.
 }
prices-before = Avant
prices-after = Après
prices-no-price = pas de prix
prices-for-one = pour une unité de { $unit }
prices-with-included = { $quantity } inclus chaque mois
prices-others = Tout le reste
prices-others-same = Rien d’autre ne diffère.
prices-of-what = Quoi
prices-nothing = rien
prices-mapping-of = Compteur { $meter } ({ $id }), { $scope }, depuis le { $day }
prices-reduction-of = { $kind } : { $subscription }, { $meter }, depuis le { $day }
prices-percent-of = { $percent } %
prices-percent-until = { $percent } % jusqu’au { $day }
prices-rate-of = Cours de change de { $month }
prices-what-if-title = Et si
prices-what-if-what = Voyez ce que d’autres prix ou un autre rattachement feraient d’un mois. Rien n’est modifié.
prices-what-if-slow = Toute la consommation du mois est tarifée de nouveau, ce qui peut prendre quelques secondes.
prices-what-if-go = Calculer
prices-percent-field = Modifier tous les prix de tant de pour cent, par exemple -2,5
prices-change = Et dès le premier jour du mois
prices-change-map = rattacher le locataire du client à son abonnement
prices-change-unmap = faire payer le locataire du client par l’abonnement par défaut
prices-subscription-field = Abonnement du client, par son nom ou son identifiant
prices-not-a-percentage = « { $text } » n’est pas un pourcentage de -100 à 10000 avec quatre décimales au plus.
prices-not-exact = Le prix de { $meter } aurait plus de 12 décimales ou serait trop grand. Les prix ne sont jamais arrondis : choisissez un autre pourcentage.
prices-no-subscription = Vous n’avez pas d’abonnement CSP « { $text } ».
prices-result = Ce que donnerait { $month }
prices-no-usage = Le mois n’a pas de consommation.
prices-as-is = Tel que c’est
prices-would-be = Tel que ce serait
prices-difference = Différence
prices-currencies-differ = les monnaies diffèrent
prices-invoiced = Facturé jusqu’ici
prices-closed = Le mois est clôturé. La prochaine clôture apporterait la différence comme lignes d’ajustement.
prices-unpriced = { $count ->
    [one] { $count } relevé n’aurait pas de prix.
   *[other] { $count } relevés n’auraient pas de prix.
 }
prices-by-customer = Par client
prices-customer = Client
prices-no-customer = Aucun mois de client ne coûterait autre chose.
