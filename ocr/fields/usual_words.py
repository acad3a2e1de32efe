"""Pairs of syllables that open the subjects of administrative papers again and again.

Reading loses marks (kê hoạch, công bồ, thị trân); beside each other the letters of these pairs can only
mean these words. A pair stands here only if no other usual pair has the same letters.
"""

_PAIRS = """
kế hoạch, sự cố, tràn dầu, thị trấn, thị xã, thành phố, mầm non, tiểu học, trung học, phổ thông, phát triển,
quốc dân, quốc gia, quốc phòng, công bố, công khai, công chức, viên chức, cán bộ, sử dụng, dịch vụ, viễn
thông, đổi tên, cổ phần, phần hóa, bổ sung, sửa đổi, thay thế, bãi bỏ, ban hành, phê duyệt, điều chỉnh, quy
hoạch, chi tiết, xây dựng, giao thông, vận tải, nông thôn, nông nghiệp, nông dân, nông lâm, thủy sản, thủy
lợi, môi trường, tài nguyên, khoáng sản, đất đai, mục đích, chuyển mục, thu hồi, bồi thường, hỗ trợ, tái
định, định cư, giải phóng, mặt bằng, giải quyết, thủ tục, tục hành, hành chính, nội bộ, danh mục, quy trình,
liên thông, điện tử, hóa đơn, số hóa, dữ liệu, cơ sở, thông tin, truyền thông, báo cáo, kết quả, kết luận,
kiểm tra, kiểm soát, thanh tra, giám sát, khiếu nại, tố cáo, tiếp công, phòng chống, tham nhũng, tiêu cực,
lãng phí, tiết kiệm, chống lãng, an toàn, an ninh, trật tự, xã hội, kinh tế, văn hóa, thể thao, du lịch,
giáo dục, đào tạo, y tế, bảo hiểm, bảo vệ, bảo đảm, đảm bảo, bảo trợ, trợ cấp, trợ giúp, người cao, cao
tuổi, khuyết tật, trẻ em, phụ nữ, dân tộc, tộc thiểu, thiểu số, đồng bào, vùng đồng, miền núi, tôn giáo,
giảm nghèo, bền vững, hộ nghèo, cận nghèo, nhà tạm, dột nát, nhà dột, tiến độ, triển khai, thực hiện, tổ
chức, thực hành, phối hợp, tăng cường, nâng cao, hiệu quả, chất lượng, đẩy mạnh, quản lý, nhà nước, ngân
sách, đầu tư, nhà đầu, dự án, dự toán, giao dự, quyết toán, kinh phí, nguồn vốn, đấu thầu, lựa chọn, nhà
thầu, đấu giá, quyền sử, quyền sở, sở hữu, tài sản, gắn liền, cấp giấy, chứng nhận, giấy phép, giấy chứng,
đăng ký, hộ kinh, kinh doanh, doanh nghiệp, hợp tác, hợp đồng, điều kiện, đủ điều, thực phẩm, hành nghề,
chứng chỉ, lái xe, khai sinh, kết hôn, hôn nhân, tình trạng, xác nhận, lý lịch, tư pháp, hộ tịch, hộ khẩu,
cư trú, căn cước, chứng thực, bản sao, hội đồng, đồng nhân, nhân dân, ủy ban, ủy viên, chủ tịch, nhiệm kỳ,
miễn nhiệm, bổ nhiệm, điều động, luân chuyển, chức danh, chức vụ, tuyển dụng, khen thưởng, thi đua, kỷ luật,
thành lập, kiện toàn, giải thể, sáp nhập, sắp xếp, đơn vị, hoạt động, quy chế, quy định, nghị quyết, nghị
định, quyết định, chỉ thị, thông tư, hướng dẫn, chương trình, đề án, đề nghị, đề xuất, tham mưu, góp ý, dự
thảo, văn bản, pháp luật, thẩm định, thẩm quyền, ủy quyền, phân cấp, trách nhiệm, nhiệm vụ, trọng tâm, giải
pháp, biện pháp, ứng phó, phòng cháy, chữa cháy, cứu nạn, thiên tai, mưa lũ, bão lũ, dịch bệnh, tiêm chủng,
cung cấp, công ích, mức độ, lĩnh vực, hệ thống, phạm vi, chức năng, địa bàn, địa phương, huyện ủy, tỉnh ủy,
chính quyền, chính phủ, thủ tướng, bộ trưởng, giám đốc, hội nghị, cuộc họp, buổi làm, làm việc, tiếp xúc, cử
tri, bầu cử, đại biểu, đại hội, tài liệu, đảng viên, học sinh, sinh viên, giáo viên, nhà giáo, nhà trường,
học phí, tuyển sinh, tốt nghiệp, thi tốt, trường mầm, giai đoạn, năm học, đầu năm, cuối năm, thời gian, lộ
trình, chỉ đạo, ban chỉ, để thực, để hỗ, để triển, cầu đường, công trình, hạ tầng, khu dân, dân cư, khu
công, khu kinh, cụm công, nước sạch, vệ sinh, chất thải, rừng phòng, phòng hộ, lâm nghiệp, chăn nuôi, trồng
trọt, thú y, quân sự, nghĩa vụ, nhập ngũ, tuyển quân, công an, biên phòng, biên giới, cửa khẩu, hải quan,
phụ cấp, chế độ, chính sách, liệt sĩ, thương binh, bệnh binh, lao động, việc làm, nghề nghiệp, dạy nghề,
xuất khẩu, nhập khẩu, thương mại, công thương, công nghệ, khoa học, chuyển đổi, đổi số, cải cách, nền hành,
vị trí, trí việc, biên chế, tinh giản, đánh giá, xếp loại, tự chủ, tổng kết, sơ kết, kỷ niệm, lễ hội, di
tích, di sản, bảo tồn, gia đình, trẻ mồ, mồ côi
"""

USUAL_PAIRS = tuple((pair.split()[0], pair.split()[1]) for pair in _PAIRS.split(",") if pair.strip())
