usage-title = Consommation
usage-all = Tout
usage-more = Jour, abonnement, locataire, ressource, étiquette
usage-more-what = La ressource et l’étiquette restreignent ce qui est affiché par ressource ou par heure. Une ressource est une partie de son adresse, une étiquette s’écrit clé=valeur.
usage-customer = Client
usage-stamp = Stamp
usage-every-stamp = Tous les stamps
usage-meter = Compteur
usage-every-meter = Tous les compteurs
usage-day = Jour
usage-subscription = Abonnement
usage-subscription-id = Identifiant d’abonnement
usage-tenant = Locataire
usage-tenant-id = Locataire (domaine ou identifiant)
usage-resource = Ressource
usage-resource-part = Ressource
usage-hour = Heure
usage-tag = Étiquette
usage-by = Totaliser
usage-by-customer = Par client
usage-by-meter = Par compteur
usage-by-day = Par jour
usage-by-stamp = Par stamp
usage-by-subscription = Par abonnement
usage-by-tenant = Par locataire
usage-by-resource = Par ressource
usage-by-hour = Par heure
usage-quantity = Quantité
usage-amount = Montant
usage-share = Part
usage-total = Total
usage-csv = Exporter en CSV
usage-parquet = Exporter en Parquet
usage-nothing = Aucune consommation ne correspond.
usage-as-of = État au { $time }.
usage-moving = De la consommation arrive en ce moment.
usage-cut-decimals = Les quantités sont coupées ici après trois décimales ; les exports les ont toutes.
usage-informational = Les compteurs qui ne sont jamais facturés ne figurent pas dans ces chiffres.
usage-unpriced = { $count ->
    [one] Une ligne du mois n’a pas de prix et ne figure pas dans les montants.
   *[other] { $count } lignes du mois n’ont pas de prix et ne figurent pas dans les montants.
}
usage-only-in-rows = La ressource et l’étiquette ne s’appliquent pas ici : les totaux par jour ne les connaissent pas. Totalisez par ressource ou par heure.
usage-no-tenant-in-rows = Le locataire ne s’applique pas ici : les lignes des ressources ne le nomment pas.
usage-choose-customer = Les ressources et les heures sont lues pour un seul abonnement : choisissez un client, ou un abonnement qui a une consommation ce mois-ci.
usage-choose-subscription = Ce client a plusieurs abonnements. Les ressources et les heures sont lues pour l’un d’eux :
usage-choose-day = Les heures sont lues pour un seul jour : choisissez un jour.
usage-several-customers = Plusieurs clients correspondent. Lequel ?
usage-no-customer = Aucun de vos clients n’a ce nom ou cet identifiant.
usage-rows-of = Ce sont les lignes telles qu’elles ont été déclarées pour { $subscription }. Elles n’ont que des quantités : l’argent est calculé par jour, et les chiffres par jour et par compteur le montrent.
usage-cut = Il y a trop à lire en une fois, ceci n’est donc pas tout : la lecture s’arrête à ce qui a été déclaré le { $day }. Choisissez un jour.
usage-complete = Tout est arrivé jusqu’au { $hour }.
usage-no-resource = Ressource non nommée
usage-bad-day = « { $text } » n’est pas un jour tel que 2026-10-15.
usage-bad-tag = « { $text } » n’est pas une étiquette telle que team=red.
