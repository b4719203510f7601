"""The words of the demo shop: brands, categories, kinds of product, books, names, reviews.

`LEAVES` is a table in plain text. A line that starts with `=` opens a category:
    = id | name | department | brands | variants (english:chinese)
and each line under it is one kind of product:
    english ; chinese ; lowest-highest price ; tags ; description [; variants of its own]
"""

DEPARTMENTS = {
    "outdoor": "Outdoor", "coffee-tea": "Coffee & Tea", "running": "Running", "office": "Home Office",
    "gaming": "Gaming & Audio", "kitchen": "Kitchen", "kids": "Kids", "garden": "Garden", "books": "Books",
}

# id: (name, country, department). The id is the word used in LEAVES.
BRANDS = {
    "northfell": ("Northfell", "NO"), "tarnwell": ("Tarnwell", "GB"), "qingshan": ("青山 Qingshan", "CN"),
    "lagopus": ("Lagopus", "FI"), "morava": ("Morava Outdoor", "CZ"),
    "kettle-crane": ("Kettle & Crane", "GB"), "alto": ("Alto Roasters", "US"), "yunwu": ("云雾 Yunwu", "CN"),
    "kobo-brew": ("Kobo Brew", "JP"), "morgenrot": ("Morgenrot", "DE"),
    "strideon": ("Strideon", "US"), "velora": ("Velora", "IT"), "passo": ("Passo", "PT"), "feiteng": ("飞腾 Feiteng", "CN"),
    "kontora": ("Kontora", "DE"), "linden-pine": ("Linden & Pine", "SE"), "papierhof": ("Papierhof", "AT"),
    "mozhi": ("墨之 Mozhi", "CN"), "deskwell": ("Deskwell", "NL"),
    "nullframe": ("Nullframe", "US"), "hexline": ("Hexline", "TW"), "lumora": ("Lumora", "KR"),
    "tabletop-guild": ("Tabletop Guild", "GB"),
    "ferro-oak": ("Ferro & Oak", "FR"), "sakanaya": ("Sakanaya", "JP"), "huoyan": ("火焰 Huoyan", "CN"),
    "brightwell": ("Brightwell", "GB"), "casa-lume": ("Casa Lume", "ES"),
    "pippin": ("Pippin Toys", "DK"), "little-fern": ("Little Fern", "GB"), "tongqu": ("童趣 Tongqu", "CN"),
    "bramble": ("Bramble Kids", "IE"),
    "greenhithe": ("Greenhithe", "GB"), "saat-sohn": ("Saat & Sohn", "DE"), "terracina": ("Terracina", "IT"),
    "loam": ("Loam", "US"),
    "harbour-lane": ("Harbour Lane Press", "GB"), "tall-reed": ("Tall Reed Books", "US"),
    "meridian": ("Meridian Science", "GB"), "xiaoxi": ("小溪 Xiaoxi Press", "CN"),
}

LEAVES = """
= tents | Tents | outdoor | northfell tarnwell qingshan lagopus morava | moss green:苔绿色, sand:沙色, slate grey:石板灰, orange:橙色
one-person trekking tent ; 单人徒步帐篷 ; 120-290 ; tent camping ultralight hiking solo ; Single hoop, one porch, packs to the size of a bottle.
two-person trekking tent ; 双人徒步帐篷 ; 160-380 ; tent camping hiking waterproof ; Double wall with two porches; pitches in six minutes, also in the rain.
four-person family tent ; 四人家庭帐篷 ; 210-460 ; tent camping family waterproof ; Standing height, two dark cabins and a living room with windows.
four-season dome tent ; 四季球形帐篷 ; 320-690 ; tent camping winter mountaineering ; Five crossing poles and snow flaps for ridges and storms.
tarp shelter ; 天幕遮阳棚 ; 45-130 ; tent camping ultralight shade ; Three by three metres with sixteen loops, for shade or a dry kitchen.
= sleeping | Sleeping Bags & Mats | outdoor | northfell tarnwell qingshan lagopus morava | regular:标准款, long:加长款, navy:藏青色, rust:铁锈红
three-season down sleeping bag ; 三季羽绒睡袋 ; 150-390 ; sleeping-bag camping down hiking ; Responsibly sourced down, warm to two degrees below zero.
summer sleeping bag ; 夏季睡袋 ; 40-95 ; sleeping-bag camping summer ultralight ; Opens flat into a blanket and weighs 700 grams.
winter mummy sleeping bag ; 冬季木乃伊睡袋 ; 220-520 ; sleeping-bag camping winter mountaineering ; Draught collar and foot box for nights at minus eighteen.
inflatable sleeping mat ; 充气睡垫 ; 60-180 ; sleeping-mat camping hiking ; Eight centimetres of quiet air, with a pump sack.
children's sleeping bag ; 儿童睡袋 ; 35-75 ; sleeping-bag camping family kids ; Grows with the child: the foot end zips away.
= camp-kitchen | Camp Kitchen | outdoor | tarnwell qingshan lagopus morava | classic:经典款, compact:便携款, black:黑色, set with bag:带收纳袋套装
gas canister stove ; 户外气炉 ; 25-90 ; stove camping hiking gas ; Boils half a litre in three minutes; folds into a fist.
alcohol stove set ; 酒精炉套装 ; 30-75 ; stove camping ultralight ; Burner, wind shield and pot support that nest in a mug.
titanium cook set ; 钛合金炊具套装 ; 55-140 ; cookset camping ultralight hiking ; Two pots and a lid that is also a pan, 260 grams in all.
insulated bottle ; 户外保温瓶 ; 22-48 ; bottle camping hiking insulated ; Tea stays hot for twelve hours, water cold for a day.
folding camp table ; 折叠露营桌 ; 45-120 ; furniture camping family ; Bamboo slats roll up into a bag the length of an arm.
= backpacks | Backpacks | outdoor | northfell tarnwell qingshan lagopus | 28 litres:28升, 38 litres:38升, 55 litres:55升, 65 litres:65升
hiking backpack ; 徒步背包 ; 80-190 ; backpack hiking camping ; Ventilated back, rain cover in the base, pockets that open while walking.
trekking backpack ; 登山背包 ; 140-290 ; backpack hiking camping mountaineering ; Adjustable back length and a hip belt that carries twenty kilos.
commuter backpack ; 通勤双肩包 ; 60-150 ; backpack commute laptop waterproof ; Padded laptop sleeve and a roll top that takes a loaf of bread. ; 18 litres:18升, 22 litres:22升, olive:橄榄绿, black:黑色
dry bag ; 防水收纳袋 ; 12-38 ; backpack waterproof camping kayak ; Welded seams and a roll closure: it floats when it falls in. ; 5 litres:5升, 10 litres:10升, 20 litres:20升, set of three:三件套
= lamps | Headlamps & Lanterns | outdoor | northfell lagopus qingshan morava | 300 lumens:300流明, 450 lumens:450流明, red light:带红光, rechargeable:充电款
rechargeable headlamp ; 充电头灯 ; 28-85 ; headlamp camping hiking night-running ; One button, three beams, a week of evenings from one charge.
camping lantern ; 露营灯 ; 20-70 ; lantern camping family ; Warm dimmable light with a hook, and it charges a phone.
bicycle light set ; 自行车灯套装 ; 25-60 ; lantern commute night-running ; Front and rear, tool-free mounts, seen from 800 metres.
pocket torch ; 迷你手电筒 ; 15-45 ; lantern camping travel ; Key-ring size, glass lens, runs on the battery you have.
= coffee | Coffee | coffee-tea | kettle-crane alto morgenrot kobo-brew | 250 g whole beans:250克 咖啡豆, 1 kg whole beans:1公斤 咖啡豆, 250 g filter grind:250克 滤泡研磨, decaf 250 g:250克 低因
Ethiopia Guji washed coffee ; 埃塞俄比亚古吉水洗咖啡 ; 11-38 ; coffee light-roast filter single-origin ; Jasmine, peach and black tea; roasted for filter on Mondays.
Colombia Huila coffee ; 哥伦比亚慧兰咖啡 ; 10-34 ; coffee medium-roast single-origin ; Caramel, red apple and cocoa, easy in any brewer.
Brazil Cerrado espresso ; 巴西喜拉多意式咖啡 ; 9-30 ; coffee espresso dark-roast ; Hazelnut and dark chocolate with little acidity and a thick crema.
house espresso blend ; 招牌意式拼配咖啡 ; 9-29 ; coffee espresso medium-roast blend ; The one we drink at the counter: sweet, round, kind to milk.
Yunnan honey-process coffee ; 云南蜜处理咖啡 ; 12-36 ; coffee light-roast single-origin yunnan ; Plum and brown sugar from 1,500 metres above Pu'er.
cold-brew coffee ; 冷萃咖啡 ; 10-28 ; coffee cold-brew summer ; Coarse ground, twelve hours in the fridge, no bitterness.
= tea | Tea | coffee-tea | yunwu kettle-crane kobo-brew | 50 g tin:50克罐装, 100 g bag:100克袋装, 20 sachets:20袋装, gift box:礼盒装
Longjing green tea ; 明前龙井绿茶 ; 14-52 ; tea green-tea spring-harvest ; Pan-fired flat leaves from the first spring picking, chestnut and pea.
Tieguanyin oolong ; 安溪铁观音乌龙茶 ; 13-46 ; tea oolong ; Orchid and cream, good for six infusions.
ripe Pu-erh tea ; 云南熟普洱茶 ; 12-44 ; tea pu-erh yunnan ; Deep, smooth and earthy, pressed five years ago.
Assam breakfast tea ; 阿萨姆早餐红茶 ; 7-24 ; tea black-tea breakfast ; Malty and brisk; stands up to milk and Monday.
Uji sencha ; 宇治煎茶 ; 12-42 ; tea green-tea japanese ; Steamed leaves, bright green cup, a clean sea breeze.
jasmine tea ; 茉莉花茶 ; 9-32 ; tea green-tea jasmine ; Scented seven nights with fresh blossom, nothing added.
rooibos with orange ; 香橙路易波士茶 ; 6-19 ; tea herbal caffeine-free family ; No caffeine, naturally sweet, hot or over ice.
= brewing | Brewing Gear | coffee-tea | kettle-crane kobo-brew yunwu morgenrot | matt black:哑光黑, steel:不锈钢色, white:白色, walnut handle:胡桃木柄
gooseneck pour-over kettle ; 手冲细口壶 ; 45-140 ; kettle filter coffee brewing ; A slow, steady stream and a thermometer in the lid.
temperature control electric kettle ; 控温电热水壶 ; 60-160 ; kettle tea brewing electric ; Sixty to a hundred degrees in single steps, and it holds them.
burr hand grinder ; 手摇磨豆机 ; 50-190 ; grinder coffee brewing espresso ; Steel burrs with forty clicks, grinds for two cups in a minute.
electric coffee grinder ; 电动磨豆机 ; 110-340 ; grinder coffee brewing electric ; Flat burrs, dosing by time, very little left inside.
ceramic dripper ; 陶瓷滤杯 ; 15-42 ; dripper filter coffee brewing ; Spiral ribs and one large hole; takes 02 papers. ; white:白色, indigo:靛蓝, one cup:单人份, four cups:四人份
paper filters, 100 ; 咖啡滤纸100张 ; 4-11 ; filter coffee brewing consumable ; Oxygen bleached, no paper taste after a rinse. ; size 01:01号, size 02:02号, unbleached:原木浆, cone:锥形
porcelain gaiwan ; 白瓷盖碗 ; 18-58 ; gaiwan tea brewing porcelain ; Thin white porcelain that shows the colour of the tea. ; 120 ml:120毫升, 150 ml:150毫升, celadon:青瓷色, with two cups:配双杯
cast-iron teapot ; 铸铁茶壶 ; 35-95 ; teapot tea brewing japanese ; Enamelled inside, keeps four cups warm for an hour. ; 0.6 litre:0.6升, 0.9 litre:0.9升, indigo:靛蓝, with trivet:配杯垫
= shoes | Running Shoes | running | strideon velora passo feiteng | men's, blue:男款 蓝色, women's, coral:女款 珊瑚色, unisex, white:通用款 白色, wide fit:宽楦
daily training running shoes ; 日常训练跑鞋 ; 80-150 ; running-shoes running road cushioned ; The pair for most days: soft landing, long life.
racing shoes with carbon plate ; 碳板竞速跑鞋 ; 170-280 ; running-shoes running race marathon ; Light foam and a stiff plate for the day that counts.
trail running shoes ; 越野跑鞋 ; 95-175 ; running-shoes running trail hiking ; Five-millimetre lugs and a rock plate for wet roots.
waterproof trail running shoes ; 防水越野跑鞋 ; 125-195 ; running-shoes running trail waterproof winter ; A membrane that breathes, a gaiter ring, grip on ice-cold mud.
stability running shoes ; 稳定支撑跑鞋 ; 95-165 ; running-shoes running road stability ; A wider base that guides the foot without telling it off.
= runwear | Running Clothing | running | strideon velora passo feiteng | men's:男款, women's:女款, black:黑色, reflective yellow:反光黄
lightweight running jacket ; 轻量跑步夹克 ; 55-130 ; running-jacket running windproof reflective ; Packs into its own pocket, stops wind and a short shower.
merino running shirt ; 美利奴羊毛跑步衫 ; 45-90 ; running-shirt running merino winter ; Warm when wet and still fresh on the third day.
seven-inch running shorts ; 七寸跑步短裤 ; 30-65 ; running-shorts running summer ; A zip pocket that does not bounce and a soft liner.
running tights ; 跑步紧身裤 ; 40-95 ; running-tights running winter reflective ; Brushed inside, phone pocket at the thigh.
cushioned running socks, 3 pairs ; 缓震跑步袜3双装 ; 14-30 ; socks running cushioned consumable ; Left and right, no seam at the toes.
GPS running watch ; GPS跑步手表 ; 160-420 ; watch running gps marathon ; Thirty hours of tracking and a screen you can read in the sun. ; black:黑色, white:白色, small case:小表盘, with chest strap:配心率带
= nutrition | Sports Nutrition | running | strideon passo feiteng | lemon:柠檬味, berry:莓果味, cola:可乐味, neutral:原味
energy gel, box of 12 ; 能量胶12支装 ; 18-32 ; energy-gel running marathon consumable ; Twenty-five grams of carbohydrate, thin enough to swallow at pace.
isotonic drink powder ; 等渗电解质冲剂 ; 14-28 ; electrolytes running summer consumable ; One scoop per bottle, tested on long Sundays.
protein recovery powder ; 蛋白恢复粉 ; 24-49 ; protein running recovery consumable ; Twenty grams of whey per serving, mixes without lumps. ; vanilla:香草味, chocolate:巧克力味, berry:莓果味, neutral:原味
soft flask ; 软水壶 ; 14-26 ; bottle running trail ; Half a litre that shrinks as you drink. ; 250 ml:250毫升, 500 ml:500毫升, set of two:两只装, with filter:带滤芯
foam roller ; 泡沫滚轴 ; 18-45 ; recovery running ; Firm ribs for calves that have had enough. ; firm:硬质, soft:软质, short:短款, with massage ball:配按摩球
= desks | Desks & Chairs | office | kontora linden-pine deskwell | oak:橡木色, white:白色, walnut:胡桃木色, graphite:石墨灰
electric standing desk ; 电动升降桌 ; 280-640 ; desk home-office standing ergonomic ; Two motors, four memory heights, steady at full reach.
compact writing desk ; 小型书桌 ; 120-260 ; desk home-office small-space ; One drawer, rounded corners, fits under a window.
ergonomic mesh chair ; 人体工学网布椅 ; 190-520 ; chair home-office ergonomic ; Lumbar support that moves with you, arms that move every way. ; black:黑色, grey:灰色, with headrest:带头枕, for tall people:高个款
saddle stool ; 马鞍凳 ; 90-190 ; chair home-office standing ; Half sitting, half standing, wholly awake. ; black:黑色, camel:驼色, low:低款, high:高款
monitor arm ; 显示器支架臂 ; 45-130 ; monitor-arm home-office ergonomic ; Gas spring, up to nine kilos, cables inside. ; single:单屏, dual:双屏, white:白色, heavy duty:承重款
desk lamp ; 护眼台灯 ; 35-110 ; desk-lamp home-office lighting ; Even light over the whole page, from candle warm to noon. ; black:黑色, white:白色, brass:黄铜色, with clamp:夹持款
= screens | Monitors & Keyboards | office | kontora lumora hexline deskwell | 27 inch:27英寸, 24 inch:24英寸, grey:灰色, for two computers:双机切换款
4K office monitor ; 4K办公显示器 ; 260-560 ; monitor home-office usb-c ; One USB-C cable for picture, power and the keyboard.
low-profile mechanical keyboard ; 矮轴机械键盘 ; 70-160 ; keyboard home-office mechanical quiet ; Quiet switches, hot-swap, pairs with three machines. ; grey:灰色, white:白色, compact:紧凑款, with number pad:带数字区
split ergonomic keyboard ; 分体式人体工学键盘 ; 120-290 ; keyboard home-office ergonomic ; Two halves as far apart as your shoulders. ; black:黑色, white:白色, with wrist rests:带腕托, wireless:无线版
vertical mouse ; 垂直鼠标 ; 30-85 ; mouse home-office ergonomic ; A handshake instead of a twisted wrist. ; right-handed:右手款, left-handed:左手款, small:小号, wireless:无线版
conference webcam ; 会议摄像头 ; 50-150 ; webcam home-office video-calls ; Honest colours in bad light and a shutter you can see. ; 1080p:1080p, 4K:4K, wide angle:广角, with ring light:带补光灯
USB-C docking station ; USB-C扩展坞 ; 80-220 ; dock home-office usb-c ; Two screens, network and ninety watts from one plug. ; 8 ports:8口, 12 ports:12口, for two screens:双屏款, travel size:便携款
= stationery | Stationery | office | papierhof mozhi linden-pine | A5 dotted:A5 点阵, A5 ruled:A5 横线, fine nib:细尖, midnight blue:午夜蓝
hardcover notebook ; 硬面笔记本 ; 12-28 ; notebook stationery writing ; Paper that takes fountain pen ink without feathering.
fountain pen ; 钢笔 ; 24-120 ; pen stationery writing gift ; A springy steel nib in a turned barrel. ; fine nib:细尖, medium nib:中尖, midnight blue:午夜蓝, with converter:配上墨器
bottled ink ; 瓶装墨水 ; 9-26 ; ink stationery writing consumable ; Shades well, flows well, washes out of shirts. ; midnight blue:午夜蓝, forest green:森林绿, iron black:铁胆黑, sepia:棕褐色
brush pen set ; 软头毛笔套装 ; 12-36 ; pen stationery calligraphy drawing ; Ten greys and one good black for letters and sketches. ; 10 greys:10支灰色, 24 colours:24色, hard tip:硬头, with pad:配练习本
weekly desk planner ; 桌面周计划本 ; 10-24 ; planner stationery home-office ; A week on a page and room for what really happens. ; A4:A4, A5:A5, undated:无日期, spiral bound:线圈装
= headphones | Headphones & Headsets | gaming | lumora nullframe hexline | black:黑色, sand:沙色, cobalt:钴蓝, second generation:第二代
noise-cancelling headphones ; 主动降噪头戴耳机 ; 140-380 ; headphones noise-cancelling travel music ; Thirty-five hours, and the train goes quiet.
wireless earbuds ; 真无线蓝牙耳机 ; 50-190 ; earbuds music running wireless ; They stay in on stairs and in the rain.
open-ear sport headphones ; 开放式运动耳机 ; 80-170 ; earbuds running music safety ; You hear the song and the car behind you.
gaming headset ; 电竞游戏耳机 ; 60-210 ; headset gaming surround voice-chat ; Steps from the left are on the left, and a microphone friends can bear.
studio headphones ; 录音室监听耳机 ; 90-260 ; headphones music studio wired ; Flat response, replaceable cable and pads.
= controllers | Controllers, Mice & Keyboards | gaming | nullframe hexline lumora | black:黑色, white:白色, wireless:无线版, limited edition:限定版
wireless game controller ; 无线游戏手柄 ; 45-140 ; controller gaming wireless ; Hall sticks that do not drift and back buttons you can set. ; black:黑色, white:白色, smoke:烟灰色, limited edition:限定版
gaming mouse ; 电竞鼠标 ; 35-130 ; mouse gaming wireless ; Fifty-eight grams, crisp clicks, no software needed.
mechanical gaming keyboard ; 电竞机械键盘 ; 80-210 ; keyboard gaming mechanical rgb ; Linear switches, and the lights can be turned off. ; full size:全尺寸, compact:紧凑款, white:白色, silent switches:静音轴
144 Hz gaming monitor ; 144赫兹电竞显示器 ; 220-520 ; monitor gaming fast ; Fast panel, deep blacks, adaptive sync from 48 Hz. ; 24 inch:24英寸, 27 inch:27英寸, curved:曲面, ultrawide:带鱼屏
racing wheel ; 赛车方向盘 ; 190-450 ; controller gaming racing ; Belt drive with two pedals; clamps to any table. ; with pedals:含踏板, with shifter:含排挡, leather:真皮, limited edition:限定版
large desk mat ; 加大桌垫 ; 15-40 ; desk-mat gaming home-office ; Stitched edge, ninety by forty, washes at thirty degrees. ; black:黑色, topographic map:等高线图案, wool felt:羊毛毡, extra wide:超宽
= boardgames | Board Games & Puzzles | gaming | tabletop-guild pippin tongqu | English edition:英文版, Chinese edition:中文版, travel edition:旅行版, with expansion:含扩展
cooperative island adventure game ; 合作海岛冒险桌游 ; 28-60 ; board-game cooperative family strategy ; Win together or sink together, an hour for two to five.
trading caravan strategy game ; 商队贸易策略桌游 ; 35-75 ; board-game strategy ; Silk, salt and bad timing for three to four merchants.
two-player duel card game ; 双人对战卡牌游戏 ; 14-32 ; board-game card-game travel ; Twenty minutes, one small box, many rematches.
word party game ; 词语派对游戏 ; 18-36 ; board-game party family ; One clue for three words, and then the argument.
1000-piece puzzle ; 1000片拼图 ; 15-30 ; puzzle family quiet ; A harbour at dusk with a great deal of sky. ; harbour at dusk:黄昏港口, old town:老城, night sky:星空, tea terraces:茶园梯田
= knives | Knives & Boards | kitchen | sakanaya ferro-oak huoyan | 16 cm:16厘米, 20 cm:20厘米, olive wood:橄榄木, gift box:礼盒装
santoku knife ; 三德刀 ; 55-190 ; knife cooking japanese ; Layered steel, thin behind the edge, for vegetables and fish.
chef's knife ; 西式主厨刀 ; 45-170 ; knife cooking ; A forged blade with weight where you want it.
Chinese cleaver ; 中式菜刀 ; 35-120 ; knife cooking wok ; One knife for slicing, crushing and carrying to the wok.
bread knife ; 面包刀 ; 25-80 ; knife baking ; Wavy edge that goes through crust and leaves the crumb alone.
end-grain cutting board ; 端面砧板 ; 40-120 ; cutting-board cooking wood ; Kind to edges, with a groove for juice. ; walnut:胡桃木, maple:枫木, olive wood:橄榄木, large:大号
whetstone 1000/6000 ; 双面磨刀石 ; 28-70 ; sharpening knife cooking ; From dull to shaving in a quarter of an hour. ; with base:带底座, with angle guide:带定角器, large:大号, set with oil stone:套装
= pans | Pots & Pans | kitchen | ferro-oak huoyan casa-lume brightwell | 24 cm:24厘米, 28 cm:28厘米, induction:电磁炉适用, lidded:带盖
cast-iron skillet ; 铸铁煎锅 ; 30-110 ; pan cooking cast-iron ; Preseasoned, heavy, and better every year.
carbon-steel wok ; 碳钢炒锅 ; 35-95 ; wok cooking wok-hei ; Thin hammered steel that answers to the flame.
enamelled casserole ; 珐琅铸铁炖锅 ; 90-280 ; casserole cooking cast-iron slow-cooking ; Stews on Sunday, bread on Monday.
non-stick frying pan ; 不粘煎锅 ; 25-75 ; pan cooking non-stick ; Eggs slide; no metal tools, please.
stainless saucepan ; 不锈钢汤锅 ; 35-110 ; pot cooking ; Three layers to the rim and marks inside.
bamboo steamer ; 竹蒸笼 ; 15-40 ; steamer cooking dumplings ; Two tiers for dumplings, buns and fish. ; 18 cm:18厘米, 24 cm:24厘米, three tiers:三层, with liners:配蒸笼纸
= appliances | Small Appliances | kitchen | brightwell casa-lume huoyan | cream:奶油白, steel:不锈钢色, red:红色, with scale:带电子秤
stand mixer ; 厨师机 ; 190-480 ; mixer baking electric ; Kneads a kilo of dough and does not walk.
rice cooker ; 电饭煲 ; 60-210 ; rice-cooker cooking electric ; Sushi rice, porridge and a crust if you like one. ; 1 litre:1升, 1.8 litres:1.8升, induction:电磁加热, cream:奶油白
high-speed blender ; 高速破壁机 ; 90-320 ; blender cooking smoothies electric ; Soup in six minutes and nut butter in three. ; 1.5 litres:1.5升, 2 litres:2升, red:红色, with travel cup:配随行杯
toaster ; 烤面包机 ; 35-110 ; toaster breakfast electric ; Wide slots and a button for just a little more. ; two slots:两片, four slots:四片, cream:奶油白, steel:不锈钢色
espresso machine ; 半自动意式咖啡机 ; 260-790 ; espresso-machine coffee espresso electric ; A proper 58 mm basket, steam when you need it. ; steel:不锈钢色, red:红色, with grinder:带磨豆机, dual boiler:双锅炉
digital kitchen scale ; 厨房电子秤 ; 15-45 ; scale baking coffee ; A tenth of a gram, with a timer for pour-over. ; glass:玻璃面, bamboo:竹面, with timer:带计时, black:黑色
= toys | Toys | kids | pippin little-fern tongqu bramble | 100 pieces:100件, natural wood:原木色, rainbow:彩虹色, from 1 year:1岁以上
wooden building blocks ; 木质积木 ; 20-65 ; toy kids wood building ; Beech offcuts with round edges, and a bag to put them all in.
magnetic tiles ; 磁力片 ; 28-80 ; toy kids building science ; Castles that click and garages that roar. ; 42 pieces:42件, 64 pieces:64件, 100 pieces:100件, castle set:城堡套装
wooden train set ; 木制小火车套装 ; 30-95 ; toy kids wood trains ; Eight metres of track and a bridge that divides opinion. ; 40 pieces:40件, 80 pieces:80件, harbour set:港口套装, mountain set:山地套装
play kitchen set ; 过家家厨房玩具 ; 25-110 ; toy kids pretend-play ; Soup of the day: wooden carrots. ; table-top:桌面款, with oven:带烤箱, tea party:下午茶, 30 pieces:30件
soft toy fox ; 毛绒小狐狸 ; 14-36 ; toy kids soft-toy gift ; Washable, huggable, keeps secrets. ; 25 cm:25厘米, 40 cm:40厘米, sleeping:睡姿款, with scarf:戴围巾
balance bike ; 儿童平衡车 ; 50-130 ; toy kids outdoor-play ; Air tyres, low step, first freedom. ; 10 inch:10寸, 12 inch:12寸, mint:薄荷绿, red:红色
watercolour set ; 儿童水彩套装 ; 8-24 ; toy kids drawing ; Twelve colours, a good brush, comes out of sleeves. ; 12 colours:12色, 24 colours:24色, with paper pad:配画纸, travel tin:铁盒装
= kidswear | Kids' Clothing | kids | little-fern bramble tongqu | 98-104:98-104码, 110-116:110-116码, 122-128:122-128码, yellow:黄色
children's rain jacket ; 儿童雨衣 ; 28-70 ; kids-clothing kids waterproof outdoor-play ; Puddles welcome: taped seams, big hood, bright inside and out.
merino base layer for kids ; 儿童美利奴打底衫 ; 25-55 ; kids-clothing kids merino winter ; Soft next to the skin, warm on the sledge.
children's rubber boots ; 儿童雨靴 ; 18-40 ; kids-clothing kids waterproof ; Handles to pull them on without help. ; size 24:24码, size 27:27码, size 30:30码, yellow:黄色
organic cotton pyjamas ; 有机棉儿童睡衣 ; 18-38 ; kids-clothing kids organic ; Stars that glow until the story is over.
sun hat ; 儿童遮阳帽 ; 10-24 ; kids-clothing kids summer shade ; Neck flap and a strap that opens when pulled. ; 50 cm:50厘米, 52 cm:52厘米, striped:条纹, yellow:黄色
= tools | Garden Tools | garden | greenhithe saat-sohn loam | ash handle:白蜡木柄, short handle:短柄, left-handed:左手款, set of two:两件套
bypass secateurs ; 园艺修枝剪 ; 20-75 ; garden-tool gardening pruning ; Clean cuts to twenty millimetres, every part replaceable. ; small hands:小手款, left-handed:左手款, with holster:配皮套, long blade:长刃
hand trowel ; 园艺手铲 ; 10-32 ; garden-tool gardening planting ; Forged, pointed, with a depth scale.
garden fork ; 花园叉 ; 35-90 ; garden-tool gardening digging ; Four square tines that laugh at clay. ; ash handle:白蜡木柄, short handle:短柄, child size:儿童款, stainless:不锈钢
watering can ; 浇花壶 ; 18-60 ; watering gardening balcony ; A fine brass rose and a neck that reaches the back row. ; 5 litres:5升, 9 litres:9升, indoor:室内款, galvanised:镀锌
soaker hose ; 渗灌软管 ; 20-55 ; watering gardening summer ; Fifteen metres that weep where the roots are. ; 15 metres:15米, 25 metres:25米, with timer:带定时器, starter kit:入门套装
gardening gloves ; 园艺手套 ; 8-24 ; gloves gardening ; Thin enough for seedlings, thick enough for roses. ; small:小号, medium:中号, large:大号, rose cuff:长袖防刺
= seeds | Seeds & Bulbs | garden | saat-sohn greenhithe loam | organic packet:有机袋装, large packet:大包装, collection:组合装, starter packet:小包装
heirloom tomato seeds ; 传家宝番茄种子 ; 3-9 ; seeds gardening vegetables organic ; Old kinds with odd shapes and the taste you remember.
wildflower meadow mix ; 野花草地混合种子 ; 5-16 ; seeds gardening bees flowers ; Forty native kinds, loved by bees from April to October.
kitchen herb seeds ; 厨房香草种子 ; 3-10 ; seeds gardening herbs balcony cooking ; Basil, coriander, chives, thyme and a little patience.
pak choi seeds ; 小白菜种子 ; 3-8 ; seeds gardening vegetables wok ; Ready in forty days, happy in a window box. ; organic packet:有机袋装, large packet:大包装, red leaf:紫叶, baby leaf:鸡毛菜
tulip bulbs ; 郁金香种球 ; 6-20 ; bulbs gardening flowers spring ; Plant in October, forget, be surprised in April. ; 10 bulbs:10球装, 25 bulbs:25球装, mixed colours:混色, parrot tulips:鹦鹉郁金香
= planters | Planters & Compost | garden | terracina greenhithe loam | 20 cm:20厘米, 30 cm:30厘米, 60 cm:60厘米, set of three:三件套
terracotta pot ; 陶土花盆 ; 8-45 ; planter gardening balcony ; Breathing clay, fired hot enough for frost.
balcony planter box ; 阳台种植箱 ; 18-65 ; planter gardening balcony ; Hooks for any rail and a reservoir for holidays.
raised bed ; 抬高种植床 ; 60-190 ; planter gardening vegetables wood ; Larch boards that slot together without screws. ; 60 x 60 cm:60×60厘米, 120 x 80 cm:120×80厘米, high:高款, corner:转角款
peat-free compost 40 l ; 无泥炭营养土40升 ; 8-18 ; compost gardening organic consumable ; Bark, green waste and wool: feeds for six weeks. ; for vegetables:蔬菜用, for pots:盆栽用, for seedlings:育苗用, for roses:月季用
worm composter ; 蚯蚓堆肥箱 ; 55-130 ; compost gardening organic small-space ; Kitchen scraps in at the top, black gold below. ; two trays:两层, four trays:四层, starter kit:入门套装, terracotta:陶土色
"""

# category: (name, department, publishers, price range, tags, titles); a title is english ; chinese or - ; tags ; description
BOOKS = """
= novels | Novels | harbour-lane tall-reed xiaoxi | 9-24 | book fiction
The Salt Road Home ; 盐路归途 ; travel ; Two sisters carry their father's ledgers across a drying sea.
A Lighthouse for Winter ; 冬日灯塔 ; winter ; A keeper, a radio, and a voice that answers from the wrong decade.
The Cartographer's Kitchen ; - ; cooking ; A retired map-maker draws her village from the recipes of its people.
Eleven Minutes to Porto ; - ; travel marathon ; A runner, a missed train and the longest night of summer.
The Orchard Ledger ; 果园账簿 ; gardening ; Four generations argue over one pear tree.
What the Ferryman Kept ; - ; mystery ; Every crossing costs a memory, and someone is buying them.
Paper Rain ; 纸雨 ; poetry ; A printer in Suzhou sets type for a poem nobody has written.
The Quiet Machine ; 安静的机器 ; science-fiction ; It was built to forecast weather. It began to apologise.
Night Shift at the Observatory ; - ; science-fiction astronomy ; A janitor hears the signal first.
The Glass Heron ; - ; mystery ; A theft in a town where everybody has a key.
Below the Tea Mountain ; 茶山之下 ; tea travel ; A grandson returns for the spring picking and stays for the quarrel.
Small Weather ; - ; family ; One rented house, five cousins, a week of rain.
The Bicycle Treaty ; - ; travel ; How two villages stopped a war and started a race.
Starlings over Brno ; - ; mystery music ; An organ tuner finds a note that does not belong.
The Last Arcade ; 最后的街机厅 ; gaming ; Four friends and the high score that kept a street alive.
= cookbooks | Cookbooks | harbour-lane tall-reed xiaoxi | 18-42 | book cooking
One Wok, Thirty Suppers ; 一口锅三十道晚餐 ; wok ; High heat, short lists, and what to do when the smoke alarm sings.
The Patient Loaf ; - ; baking breakfast ; Sourdough for people with jobs.
Vegetables First ; - ; vegetables ; Eighty plates where the carrot has the leading part.
Dumplings from Eight Kitchens ; 八家厨房的饺子 ; dumplings ; Folds, fillings and the stories told over them.
Camp Stove Cooking ; 露营炉料理 ; camping stove ; One burner, two pots and a view.
Sharp: Knives and How to Use Them ; - ; knife ; Twelve cuts that change your cooking.
A Year of Soups ; 四季汤谱 ; slow-cooking ; Fifty-two pots, from January bones to December chestnuts.
Brew: A Home Coffee Manual ; 在家做咖啡 ; coffee brewing ; Water, grind, time; the rest is taste.
The Tea Table ; 茶席 ; tea brewing ; What to pour, when to wait, what to eat beside it.
Small Hands, Big Spoons ; - ; kids family ; Recipes children can really cook.
Herbs All Year ; - ; herbs gardening ; Grow nine, cook ninety.
Fire and Iron ; - ; cast-iron ; Slow food in heavy pots.
= science | Science & Nature | meridian tall-reed xiaoxi | 14-38 | book science
The Body in Motion ; 运动中的身体 ; running recovery ; What happens between the first step and the marathon.
Soil: A Biography ; - ; gardening organic ; Ten thousand kinds of life under one boot.
The Shape of Networks ; 网络的形状 ; mathematics computing ; Why your friends have more friends than you.
Night Skies for City People ; 城市观星 ; astronomy ; Forty things you can see between two roofs.
How Weather Works ; - ; hiking outdoor-play ; Read the clouds before the clouds read you.
Steep: The Chemistry of Tea ; 茶的化学 ; tea ; Leaves, oxygen, heat and a great deal of time.
Bees of the Balcony ; - ; bees balcony gardening ; Know your guests by their stripes.
Sleep, Explained Slowly ; 慢说睡眠 ; recovery ; A neurologist on the third of life we never see.
Mountains and Time ; - ; mountaineering hiking ; How ranges rise, wander and wear away.
Learning Machines ; 学习的机器 ; computing mathematics ; Models, data and honest doubt, with pencil exercises.
Games People Prove ; - ; mathematics gaming strategy ; Strategy from noughts and crosses to auctions.
The Ear ; - ; music headphones ; From air to meaning in four small steps.
= picturebooks | Picture Books | xiaoxi harbour-lane tall-reed | 9-19 | book kids picture-book
The Fox Who Counted Stars ; 数星星的小狐狸 ; astronomy ; She gets to eleven and begins again.
Grandma's Noisy Garden ; 奶奶的热闹花园 ; gardening ; Everything that grows makes a sound.
Too Many Boots ; - ; family ; A muddy farce in nine pairs.
The Train That Was Late ; 迟到的小火车 ; trains ; It stopped for a duck, then for her children.
Good Night, Tent ; 晚安,帐篷 ; camping tent ; What rustles outside? A book for torch light.
Little Dumpling ; 小饺子 ; dumplings ; The smallest one in the steamer makes a plan.
Bear Bakes Bread ; - ; baking ; He waits. He waits. He cannot wait.
Where Rain Sleeps ; 雨睡在哪里 ; quiet ; A question asked of every puddle.
The Slow Race ; - ; running ; The snail is not in a hurry; the hare has a stitch.
My Uncle Is a Lighthouse ; - ; winter ; He is tall and up all night.
"""

MODELS = ["Ridge", "Fern", "Alder", "Kestrel", "Nova", "Tern", "Birch", "Halo", "Drift", "Cove", "Ember", "Lark", "Mesa",
          "Orbit", "Pine", "Quill", "Rook", "Sable", "Tide", "Vale", "Wren", "Arc", "Dune", "Flint"]

# Departments whose products carry a model name; the others are named by what they are.
MODELLED = {"outdoor", "running", "office", "gaming"}

PLACES = {  # country: (share, cities, given names, family names, family name first)
    "GB": (18, ["London", "Leeds", "Bristol", "Glasgow", "Cardiff"],
           ["Amelia", "Oliver", "Isla", "Harry", "Freya", "George", "Poppy", "Arthur", "Ruby", "Callum", "Priya", "Tom"],
           ["Ashworth", "Barker", "Campbell", "Dunn", "Ellis", "Fraser", "Hughes", "Lloyd", "Patel", "Reid", "Shah", "Turner"], False),
    "DE": (16, ["Berlin", "Hamburg", "Leipzig", "München", "Köln"],
           ["Anna", "Jonas", "Lena", "Felix", "Mia", "Paul", "Clara", "Emil", "Frieda", "Moritz", "Jürgen", "Aylin"],
           ["Bauer", "Fischer", "Hoffmann", "Keller", "Krüger", "Lehmann", "Neumann", "Schäfer", "Vogel", "Weiß", "Yılmaz"], False),
    "US": (16, ["Portland", "Austin", "Boston", "Denver", "Chicago", "Seattle"],
           ["Ava", "Ethan", "Maya", "Noah", "Zoe", "Liam", "Grace", "Mason", "Chloe", "Diego", "Jasmine", "Caleb"],
           ["Anderson", "Brooks", "Carter", "Diaz", "Edwards", "Foster", "Garcia", "Hayes", "Kim", "Morgan", "Nguyen", "Ward"], False),
    "CN": (20, ["上海", "北京", "杭州", "成都", "深圳", "昆明"],
           ["伟", "芳", "静", "磊", "婷", "明", "雪", "浩然", "子涵", "思雨", "俊杰", "晓琳", "文博", "嘉怡"],
           ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "林"], True),
    "FR": (9, ["Paris", "Lyon", "Nantes", "Toulouse"],
           ["Camille", "Hugo", "Léa", "Louis", "Chloé", "Jules", "Inès", "Théo", "Manon", "Gaspard"],
           ["Bernard", "Dubois", "Fournier", "Girard", "Lambert", "Moreau", "Petit", "Roux", "Benali"], False),
    "ES": (8, ["Madrid", "Barcelona", "Valencia", "Sevilla"],
           ["Lucía", "Mateo", "Sofía", "Hugo", "Martina", "Pablo", "Carmen", "Álvaro", "Irene"],
           ["García", "Fernández", "López", "Martín", "Navarro", "Ortega", "Ruiz", "Serrano"], False),
    "JP": (7, ["東京", "大阪", "京都"], ["さくら", "陽菜", "蓮", "健太", "美咲", "大翔", "結衣"],
           ["佐藤", "鈴木", "高橋", "田中", "渡辺", "中村"], True),
    "SE": (6, ["Stockholm", "Göteborg", "Malmö"], ["Elsa", "Oskar", "Alva", "Nils", "Saga", "Axel", "Maja"],
           ["Andersson", "Berg", "Lindqvist", "Nyström", "Sjöberg", "Åkesson"], False),
}

REVIEWS = {
    5: ["Exactly what I hoped for.", "Second one I buy; that says it all.", "Worth every penny.", "Better than in the pictures.",
        "Has been in use every day since it came.", "质量非常好,推荐购买。", "A friend recommended it and was right.",
        "很满意,会回购。", "I should have bought it years ago."],
    4: ["Very good, the box was a little dented.", "Does the job well.", "Good value, took a week to arrive.",
        "不错,性价比高。", "Nearly perfect; I would like it in another colour.", "Solid, a bit heavier than expected."],
    3: ["It is fine.", "Good idea, average finish.", "一般般,没有想象中好。", "Works, but the instructions are poor.",
        "Smaller than I thought."],
    2: ["Not for me.", "Stopped working well after a month.", "做工有点粗糙。", "Expected more at this price."],
    1: ["Sent it back.", "Broke on the second day.", "和描述不符。"],
}

# Interests: departments' share, months in which they peak, and what people buy after what (category: followers).
INTERESTS = {
    "camping": ({"tents": 3, "sleeping": 3, "camp-kitchen": 3, "backpacks": 3, "lamps": 2, "tools": 0.2}, [4, 5, 6, 7]),
    "coffee": ({"coffee": 5, "brewing": 4, "appliances": 1, "cookbooks": 0.5}, [1, 10, 11, 12]),
    "tea": ({"tea": 5, "brewing": 3, "cookbooks": 0.5, "novels": 0.5}, [3, 4, 11, 12]),
    "running": ({"shoes": 4, "runwear": 4, "nutrition": 3, "lamps": 0.7, "headphones": 0.8, "science": 0.3}, [3, 4, 8, 9]),
    "home-office": ({"desks": 3, "screens": 4, "stationery": 2, "headphones": 1.5, "brewing": 0.4}, [1, 2, 9]),
    "writing": ({"stationery": 5, "novels": 3, "tea": 1}, [1, 9, 12]),
    "gaming": ({"controllers": 4, "headphones": 3, "boardgames": 2, "screens": 1.5}, [11, 12]),
    "cooking": ({"knives": 3, "pans": 4, "appliances": 3, "cookbooks": 2, "seeds": 0.5}, [2, 11, 12]),
    "family": ({"toys": 4, "kidswear": 3, "picturebooks": 3, "boardgames": 1.5}, [6, 11, 12]),
    "gardening": ({"tools": 3, "seeds": 4, "planters": 3, "science": 0.4, "cookbooks": 0.3}, [3, 4, 5]),
    "reading": ({"novels": 5, "science": 3, "cookbooks": 1, "picturebooks": 0.5, "tea": 1}, [7, 12]),
}

FOLLOW_UPS = {
    "tents": ["sleeping", "camp-kitchen", "lamps"], "sleeping": ["camp-kitchen", "sleeping"], "backpacks": ["lamps", "camp-kitchen"],
    "coffee": ["brewing", "coffee"], "brewing": ["coffee", "tea"], "tea": ["brewing", "tea"],
    "shoes": ["runwear", "nutrition"], "runwear": ["nutrition"], "desks": ["screens", "stationery"], "screens": ["desks", "headphones"],
    "stationery": ["stationery"], "controllers": ["headphones", "controllers"], "headphones": ["controllers"],
    "knives": ["knives", "pans"], "pans": ["cookbooks", "knives"], "appliances": ["cookbooks", "coffee"],
    "toys": ["picturebooks", "toys"], "kidswear": ["kidswear", "toys"], "picturebooks": ["toys"],
    "seeds": ["planters", "tools"], "planters": ["seeds"], "tools": ["seeds"], "novels": ["novels", "tea"],
}
